//! The session's cookie (ACC-54).

use http::HeaderMap;
use http::header::COOKIE;
use leapmux_hub::Sessions;
use leapmux_runtime::Secret;

/// Names with and without `https`: the browser itself refuses the first over anything else.
const SECURE: &str = "__Host-leapmux-session";
const PLAIN: &str = "leapmux-session";

/// How the cookie is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookie {
    /// For `https` only.
    pub secure: bool,
}

impl Cookie {
    fn name(self) -> &'static str {
        if self.secure { SECURE } else { PLAIN }
    }

    fn write(self, value: &str, seconds: u64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", self.name())
    }

    /// `Set-Cookie` for a new or renewed session.
    pub fn set(self, token: &Secret<String>) -> String {
        self.write(token.expose(), Sessions::lifetime().as_secs())
    }

    /// `Set-Cookie` that removes it.
    pub fn clear(self) -> String {
        self.write("", 0)
    }

    /// The secret a request came with.
    pub fn read(self, headers: &HeaderMap) -> Option<Secret<String>> {
        let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let (_, value) = pairs.find(|(name, _)| *name == self.name())?;
        (!value.is_empty()).then(|| Secret::new(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        [(COOKIE, cookie.parse().expect("a header"))].into_iter().collect()
    }

    #[test]
    fn what_is_set_is_read_back() {
        for secure in [false, true] {
            let cookie = Cookie { secure };
            let set = cookie.set(&Secret::new("abc".to_owned()));
            let pair = set.split(';').next().expect("a pair");
            let read = cookie.read(&headers(&format!("theme=dark; {pair}; x=y"))).expect("there");
            assert_eq!(read.expose(), "abc");
            assert_eq!(set.contains("; Secure"), secure, "{set}");
            assert!(set.contains("; HttpOnly; SameSite=Lax") && set.contains("; Path=/;"), "{set}");
            assert!(cookie.clear().contains("Max-Age=0"));
        }
    }

    #[test]
    fn another_name_is_another_cookie() {
        let secure = Cookie { secure: true };
        assert!(secure.read(&headers("leapmux-session=abc")).is_none());
        assert!(secure.read(&headers("__Host-leapmux-session=")).is_none());
        assert!(secure.read(&HeaderMap::new()).is_none());
    }
}

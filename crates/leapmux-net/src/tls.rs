//! TLS towards a Hub: certificates are verified against the authorities of this system, with no way around it.

use std::fmt;
use std::io;
use std::sync::Arc;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::ByteStream;

/// What is spoken inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alpn {
    Http1,
    Http2,
}

impl Alpn {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Http1 => b"http/1.1",
            Self::Http2 => b"h2",
        }
    }
}

/// This system has no certificate authorities to verify a Hub with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the certificate authorities of this system cannot be read: {0}")]
pub struct RootsError(String);

/// Whom to trust, and how each protocol is asked for. Clones share it.
#[derive(Clone)]
pub struct Tls {
    http1: TlsConnector,
    http2: TlsConnector,
    proxies: Option<Arc<Matcher>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(…)")
    }
}

impl Tls {
    /// The authorities of this system (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others) and its proxies, as everywhere.
    pub fn system() -> Result<Self, RootsError> {
        let found = rustls_native_certs::load_native_certs();
        let mut roots = RootCertStore::empty();
        let (usable, _) = roots.add_parsable_certificates(found.certs);
        if usable == 0 {
            let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
            let none = || "none were found; install the ca-certificates of your system".to_owned();
            return Err(RootsError(if reasons.is_empty() { none() } else { reasons.join("; ") }));
        }
        Ok(Self { proxies: Some(Arc::new(Matcher::from_env())), ..Self::trusting(roots) })
    }

    /// These authorities and no others, and no proxy.
    pub(crate) fn trusting(roots: RootCertStore) -> Self {
        let connector = |alpn: Alpn| {
            // Named: a process with two providers would otherwise have to choose, by panicking.
            let mut config =
                ClientConfig::builder_with_provider(Arc::new(crypto::aws_lc_rs::default_provider()))
                    .with_safe_default_protocol_versions()
                    .expect("the provider has the ciphers of TLS 1.2 and 1.3")
                    .with_root_certificates(roots.clone())
                    .with_no_client_auth();
            config.alpn_protocols = vec![alpn.name().to_vec()];
            TlsConnector::from(Arc::new(config))
        };
        Self { http1: connector(Alpn::Http1), http2: connector(Alpn::Http2), proxies: None }
    }

    /// What stands between this machine and the server at `url`, if anything does.
    pub(crate) fn proxy(&self, url: &str) -> Option<Intercept> {
        self.proxies.as_ref()?.intercept(&url.parse().ok()?)
    }

    /// A connection to `host`, whose certificate is for that name, and who agrees on the protocol.
    pub(crate) async fn handshake(
        &self,
        stream: Box<dyn ByteStream>,
        host: &str,
        alpn: Alpn,
    ) -> io::Result<TlsStream<Box<dyn ByteStream>>> {
        let connector = match alpn {
            Alpn::Http1 => &self.http1,
            Alpn::Http2 => &self.http2,
        };
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        let stream = connector.connect(name, stream).await?;
        // Proxies that know one protocol only often leave it out of the handshake; without HTTP/2 nothing would work.
        if alpn == Alpn::Http2 && stream.get_ref().1.alpn_protocol() != Some(alpn.name()) {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "the server in front of the Hub does not offer HTTP/2, which Workers need",
            ));
        }
        Ok(stream)
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::PrivateKeyDer;

    use super::*;
    use crate::Dialer;

    /// An authority of the test's own.
    struct Authority {
        params: CertificateParams,
        key: KeyPair,
        roots: RootCertStore,
    }

    impl Authority {
        fn new() -> Self {
            let key = KeyPair::generate().expect("a key");
            let mut params = CertificateParams::new(Vec::new()).expect("no names");
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let own = params.self_signed(&key).expect("signed");
            let mut roots = RootCertStore::empty();
            roots.add(own.der().clone()).expect("a certificate");
            Self { params, key, roots }
        }

        /// A server with a certificate for `name` that echoes; its port.
        async fn echo(&self, name: &str, alpn: &[&str]) -> u16 {
            let key = KeyPair::generate().expect("a key");
            let issuer = Issuer::from_params(&self.params, &self.key);
            let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
            let certificate = params.signed_by(&key, &issuer).expect("signed");
            let provider = Arc::new(crypto::aws_lc_rs::default_provider());
            let secret = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            let mut config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], secret)
                .expect("a certificate");
            config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let port = listener.local_addr().expect("bound").port();
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    // A client that does not trust us goes away in the handshake.
                    let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                    let mut word = [0; 5];
                    stream.read_exact(&mut word).await.expect("a word");
                    stream.write_all(&word).await.expect("echoed");
                }
            });
            port
        }
    }

    fn dialer(port: u16, tls: &Tls) -> Dialer {
        Dialer::Tls { host: "localhost".to_owned(), port, tls: tls.clone() }
    }

    async fn refused(dialer: &Dialer) -> String {
        match dialer.dial().await {
            Ok(_) => panic!("connected to whom it must not trust"),
            Err(error) => error.to_string(),
        }
    }

    #[tokio::test]
    async fn a_certificate_of_a_known_authority_for_this_name_is_trusted() {
        let authority = Authority::new();
        let port = authority.echo("localhost", &["h2", "http/1.1"]).await;
        let tls = Tls::trusting(authority.roots.clone());
        let mut stream = dialer(port, &tls).dial().await.expect("trusted");
        stream.write_all(b"hello").await.expect("sent");
        let mut word = [0; 5];
        stream.read_exact(&mut word).await.expect("echoed");
        assert_eq!(&word, b"hello");
        dialer(port, &tls).dial_http1().await.expect("the other protocol");
        assert_eq!(dialer(port, &tls).url(), format!("https://localhost:{port}"));
    }

    #[tokio::test]
    async fn wrk_12_a_proxy_is_asked_for_a_tunnel_and_sees_nothing_but_that() {
        let authority = Authority::new();
        let port = authority.echo("localhost", &["h2"]).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("bound");
        let proxy = tokio::spawn(async move {
            let mut heads = Vec::new();
            for answer in ["HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
                let (mut inside, _) = listener.accept().await.expect("a client");
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(inside.read_u8().await.expect("a head"));
                }
                heads.push(String::from_utf8(head).expect("text"));
                inside.write_all(answer.as_bytes()).await.expect("answered");
                if answer.contains("200") {
                    let mut outside =
                        tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("listens");
                    let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
                }
            }
            heads
        });
        let matcher = Matcher::builder().https(format!("http://user:word@{at}")).no("example.org").build();
        let tls = Tls { proxies: Some(Arc::new(matcher)), ..Tls::trusting(authority.roots.clone()) };
        assert!(tls.proxy("https://example.org:443").is_none(), "left out");
        let said = refused(&dialer(port, &tls)).await;
        assert!(said.contains("refuses a tunnel") && !said.contains("word@"), "{said}");
        let mut stream = dialer(port, &tls).dial().await.expect("through the tunnel");
        stream.write_all(b"hello").await.expect("sent");
        let mut word = [0; 5];
        stream.read_exact(&mut word).await.expect("echoed");
        assert_eq!(&word, b"hello");
        drop(stream);
        let heads = proxy.await.expect("no panic");
        assert!(heads[1].starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")), "{heads:?}");
        assert!(heads[1].to_lowercase().contains("proxy-authorization: basic "), "{heads:?}");
    }

    #[tokio::test]
    async fn strangers_other_names_and_servers_without_http2_are_refused() {
        let (authority, stranger) = (Authority::new(), Authority::new());
        let tls = Tls::trusting(authority.roots.clone());
        let said = refused(&dialer(stranger.echo("localhost", &["h2"]).await, &tls)).await;
        assert!(said.contains("invalid peer certificate"), "{said}");
        let said = refused(&dialer(authority.echo("example.org", &["h2"]).await, &tls)).await;
        assert!(said.contains("invalid peer certificate"), "{said}");
        let said = refused(&dialer(authority.echo("localhost", &[]).await, &tls)).await;
        assert!(said.contains("does not offer HTTP/2"), "{said}");
    }
}

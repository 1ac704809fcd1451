//! First names for new tabs, so that people can tell "Agent Maya" from "Agent Oscar" at a glance.

use leapmux_runtime::random_bytes;

use super::TabKind;

/// A random title; two tabs may draw the same.
pub(super) fn random_title(kind: TabKind) -> String {
    let draw = usize::from(u16::from_be_bytes(random_bytes()));
    let noun = match kind {
        TabKind::Agent => "Agent",
        TabKind::Terminal => "Terminal",
    };
    format!("{noun} {}", NAMES[draw % NAMES.len()])
}

#[rustfmt::skip]
const NAMES: &[&str] = &[
    "Aaron", "Abel", "Ada", "Adele", "Adrian", "Agnes", "Aida", "Akira", "Alba", "Albert", "Alice", "Alma", "Amara",
    "Amelia", "Amir", "Anders", "Andrea", "Anika", "Anna", "Anton", "Ariel", "Arthur", "Asha", "Astrid", "Aurora",
    "Axel", "Aya", "Basil", "Beatrice", "Bella", "Benno", "Bianca", "Bjorn", "Boris", "Bruno", "Camille", "Carla",
    "Carlos", "Carmen", "Cassia", "Cecil", "Celia", "Chiara", "Chloe", "Clara", "Claude", "Clemens", "Conrad", "Cora",
    "Cyrus", "Dahlia", "Dalia", "Damian", "Dana", "Daniel", "Daphne", "Daria", "David", "Delia", "Demir", "Diana",
    "Diego", "Dina", "Dora", "Edgar", "Edith", "Elena", "Eli", "Elias", "Elif", "Elin", "Elisa", "Ella", "Elliot",
    "Elsa", "Emil", "Emilia", "Emma", "Enzo", "Erik", "Esme", "Esther", "Eva", "Evan", "Fabian", "Fatima", "Faye",
    "Felix", "Fernando", "Fiona", "Flora", "Florian", "Frances", "Frank", "Freya", "Frida", "Gabriel", "Gemma",
    "George", "Gilbert", "Gina", "Giulia", "Greta", "Gustav", "Hana", "Hanna", "Harold", "Harvey", "Hector", "Heidi",
    "Helen", "Henry", "Hugo", "Ida", "Ignacio", "Igor", "Ilse", "Imani", "Ines", "Ingrid", "Iris", "Irma", "Isaac",
    "Isla", "Ivan", "Ivy", "Jack", "Jana", "Jasmin", "Jasper", "Joan", "Johan", "Jonas", "Jorge", "Josef", "Judith",
    "Jules", "Julia", "Juno", "Kai", "Karim", "Karin", "Kasper", "Kate", "Kenji", "Kira", "Klaus", "Lars", "Laszlo",
    "Laura", "Layla", "Lea", "Leif", "Lena", "Leo", "Leonie", "Levi", "Lila", "Lina", "Linus", "Livia", "Lola", "Lotte",
    "Louis", "Luca", "Lucia", "Lucy", "Luis", "Luna", "Lydia", "Mabel", "Magnus", "Malik", "Mara", "Marcel", "Margot",
    "Maria", "Mario", "Marta", "Mateo", "Maya", "Mei", "Mila", "Milo", "Mina", "Mira", "Miriam", "Moritz", "Nadia",
    "Naomi", "Nara", "Nathan", "Nico", "Nils", "Nina", "Noa", "Noah", "Nora", "Odette", "Olga", "Olive", "Oliver",
    "Omar", "Orla", "Oscar", "Otto", "Pablo", "Paula", "Penny", "Petra", "Philip", "Pia", "Priya", "Quentin", "Rafael",
    "Ramon", "Raya", "Renata", "Rita", "Robin", "Roman", "Rosa", "Ruben", "Ruth", "Sami", "Samira", "Sara", "Saskia",
    "Selma", "Silas", "Simon", "Sofia", "Stella", "Sven", "Tara", "Tessa", "Theo", "Thora", "Tilda", "Tomas", "Uma",
    "Ursula", "Valentin", "Vera", "Victor", "Viola", "Walter", "Wanda", "Willa", "Xavier", "Yara", "Yuki", "Yusuf",
    "Zara", "Zoe",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_is_large_sorted_and_clean() {
        assert!(NAMES.len() >= 240, "{}", NAMES.len());
        assert!(NAMES.is_sorted_by(|a, b| a < b), "sorted, without doubles");
        assert!(NAMES.iter().all(|n| leapmux_types::clean_name(n).as_deref() == Ok(n)));
        assert!(random_title(TabKind::Agent).starts_with("Agent "));
    }
}

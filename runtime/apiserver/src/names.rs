//! Names that the server makes.

use rand::RngExt as _;

/// Letters that make no words: those of apimachinery's `rand.String`.
const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// How many random characters a generated name ends with.
const RANDOM_LENGTH: usize = 5;

/// Names are cut so that they fit into a label's value.
const NAME_MAX: usize = 63;

/// A name from a base: the base, cut if needed, and five random characters.
pub fn generate(base: &str) -> String {
    let mut end = base.len().min(NAME_MAX - RANDOM_LENGTH);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    let mut name = String::with_capacity(end + RANDOM_LENGTH);
    name.push_str(&base[..end]);
    push_random(&mut name, RANDOM_LENGTH);
    name
}

/// Appends so many random characters of the alphabet.
pub fn push_random(text: &mut String, count: usize) {
    let mut rng = rand::rng();
    for _ in 0..count {
        let at = rng.random_range(0..ALPHABET.len());
        text.push(char::from(ALPHABET[at]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_name_keeps_its_base_and_fits_a_label() {
        let name = generate("web-");
        assert!(name.starts_with("web-") && name.len() == 9, "{name}");
        assert_eq!(generate(&"x".repeat(100)).len(), 63);
    }
}

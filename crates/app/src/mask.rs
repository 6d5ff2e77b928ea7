//! What stands for secrets in answers that repeat what they were sent.
use serde_json::Value;

/// What stands for a secret.
const SIGN: &str = "•••";

/// The shortest word of a secret that is masked where it stands alone: the token of `Bearer TOKEN`.
const SHORTEST_WORD: usize = 8;

/// Masks secrets wherever a text repeats them: as they are, as JSON writes them, and their longer words by themselves.
#[derive(Default)]
pub(crate) struct Mask {
    /// The longest first.
    all: Vec<String>,
    /// Which bytes any of them begins with, a bit each.
    first: [u64; 4],
}

impl Mask {
    /// A mask for these secrets.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Vec::new();
        for secret in secrets.into_iter().map(str::trim) {
            all.extend(spellings(secret));
            let words = secret.split_whitespace();
            for word in words.filter(|it| it.len() >= SHORTEST_WORD && *it != secret) {
                all.extend(spellings(word));
            }
        }
        // Of two that begin at the same place the longer one counts, or its end would be seen.
        all.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        all.dedup();
        all.retain(|it| !it.is_empty());
        let mut first = [0; 4];
        for it in all.iter().filter_map(|it| it.bytes().next()) {
            if let Some(some) = first.get_mut(usize::from(it >> 6)) {
                *some |= 1 << (it & 63);
            }
        }
        Self { all, first }
    }

    fn may_begin(&self, byte: u8) -> bool {
        let some = self.first.get(usize::from(byte >> 6));
        some.is_some_and(|it| it >> (byte & 63) & 1 == 1)
    }

    /// The text without the secrets.
    pub(crate) fn of(&self, text: &str) -> String {
        self.start_of(text, usize::MAX)
    }

    /// The first `most` bytes of a text, without the secrets: one that goes over that end is masked like any other.
    pub(crate) fn start_of(&self, text: &str, most: usize) -> String {
        let mut masked = String::with_capacity(text.len().min(most));
        let mut rest = text;
        while !rest.is_empty() && masked.len() < most {
            // A secret begins with the first byte of one of them, which stands at no other place of a character.
            let plain = rest.bytes().position(|it| self.may_begin(it));
            let (before, from) = rest.split_at(plain.unwrap_or(rest.len()));
            masked.push_str(before);
            rest = match self.all.iter().find(|it| begins(from, it)) {
                Some(secret) => {
                    masked.push_str(SIGN);
                    from.get(secret.len()..).unwrap_or_default()
                }
                None => {
                    let mut next = from.chars();
                    masked.extend(next.next());
                    next.as_str()
                }
            };
        }
        masked.truncate(masked.floor_char_boundary(most));
        masked
    }

    /// Takes the secrets out of all texts of a JSON value.
    pub(crate) fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.of(text),
            Value::Array(list) => list.iter_mut().for_each(|it| self.json(it)),
            Value::Object(map) => map.values_mut().for_each(|it| self.json(it)),
            _ => {}
        }
    }
}

/// Whether a text begins with a secret, or is what was left of one when somebody cut the text there.
fn begins(text: &str, secret: &str) -> bool {
    text.starts_with(secret) || (text.len() >= SHORTEST_WORD && secret.starts_with(text))
}

/// A text as it is, and as JSON writes it, with and without escaped slashes.
fn spellings(text: &str) -> [String; 3] {
    let quoted = Value::from(text).to_string();
    let json = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    [text.to_owned(), json.replace('/', "\\/"), json.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let mask = Mask::new(["s3cret"]);
        let mut value = json!({"a": ["x s3cret y", {"b": "s3cret"}], "c": 1});
        mask.json(&mut value);
        assert_eq!(value, json!({"a": ["x ••• y", {"b": "•••"}], "c": 1}));
    }

    #[test]
    fn a_secret_is_known_in_every_spelling() {
        let mask = Mask::new(["Bearer a/b\"c+12345", "k", "", "longer-than-k"]);
        for (text, expected) in [
            ("Bearer a/b\"c+12345.", "•••."),
            (r#"{"h":"Bearer a/b\"c+12345"}"#, r#"{"h":"•••"}"#),
            (r#"{"h":"Bearer a\/b\"c+12345"}"#, r#"{"h":"•••"}"#),
            ("token=a/b\"c+12345", "to•••en=•••"),
            ("Bearer x", "Bearer x"),
            ("longer-than-k", "•••"),
            ("cut: longer-t", "cut: •••"),
            ("cut: longer", "cut: longer"),
            ("é and ü", "é and ü"),
            ("", ""),
        ] {
            assert_eq!(mask.of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_cut_shows_no_part_of_a_secret() {
        let mask = Mask::new(["0123456789"]);
        let text = format!("{}0123456789 and more", "x".repeat(10));
        assert_eq!(mask.start_of(&text, 13), format!("{}•", "x".repeat(10)));
        assert_eq!(mask.start_of(&text, 11), "x".repeat(10));
        assert_eq!(mask.start_of(&text, 5), "xxxxx");
        assert_eq!(
            mask.start_of(&text, 100),
            format!("{}••• and more", "x".repeat(10))
        );
    }
}

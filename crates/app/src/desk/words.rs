//! What SmartBot itself says in a chat about agents, in the session's language.

/// The languages that there are words for, each with what is said when an agent comes and goes; the first is for all others.
const WORDS: &[(&str, &str, &str)] = &[
    ("en", "{name} joined the chat.", "{name} left the chat."),
    (
        "de",
        "{name} ist jetzt im Chat.",
        "{name} hat den Chat verlassen.",
    ),
    (
        "es",
        "{name} se ha unido al chat.",
        "{name} ha salido del chat.",
    ),
    ("ar", "انضم {name} إلى المحادثة.", "غادر {name} المحادثة."),
];

fn words(language: &str) -> &'static (&'static str, &'static str, &'static str) {
    let base = language.split('-').next().unwrap_or(language);
    let found = WORDS.iter().find(|it| it.0.eq_ignore_ascii_case(base));
    found.unwrap_or(&WORDS[0])
}

/// An agent has the chat from now on.
pub(crate) fn joined(language: &str, name: &str) -> String {
    words(language).1.replace("{name}", name)
}

/// An agent has it no more, and no other agent has.
pub(crate) fn left(language: &str, name: &str) -> String {
    words(language).2.replace("{name}", name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_words_of_its_own_and_names_the_agent() {
        assert_eq!(joined("de-AT", "Bea"), "Bea ist jetzt im Chat.");
        assert_eq!(left("xx", "Bea"), "Bea left the chat.");
        for (language, ..) in WORDS {
            let [came, went] = [joined(language, "Bea"), left(language, "Bea")];
            assert!(came.contains("Bea") && went.contains("Bea") && came != went);
        }
    }
}

//! What mails say, in the languages that the admin app speaks. Never anything of a chat.
use smartbot_store::MailKind;

/// The words of a kind of mail in a language. `{name}` is the workspace.
pub(super) struct Words {
    subject: &'static str,
    body: &'static str,
}

const ENGLISH: [(MailKind, Words); 4] = [
    (
        MailKind::ChatStarted,
        Words {
            subject: "A chat has begun ({name})",
            body: "A chat has begun of which you want to be told. You find it here:",
        },
    ),
    (
        MailKind::BoxReached,
        Words {
            subject: "A chat needs you ({name})",
            body: "A chat has come to a point of which you want to be told. You find it here:",
        },
    ),
    (
        MailKind::Mentioned,
        Words {
            subject: "A colleague names you ({name})",
            body: "A colleague names you in a note about a chat. You find it here:",
        },
    ),
    (
        MailKind::Invitation,
        Words {
            subject: "Your invitation to {name}",
            body: "You are invited to work in {name}. Choose your password here; the link works once, for seven days:",
        },
    ),
];

const GERMAN: [(MailKind, Words); 4] = [
    (
        MailKind::ChatStarted,
        Words {
            subject: "Ein Chat hat begonnen ({name})",
            body: "Ein Chat hat begonnen, von dem Sie erfahren wollen. Sie finden ihn hier:",
        },
    ),
    (
        MailKind::BoxReached,
        Words {
            subject: "Ein Chat braucht Sie ({name})",
            body: "Ein Chat ist an eine Stelle gekommen, von der Sie erfahren wollen. Sie finden ihn hier:",
        },
    ),
    (
        MailKind::Mentioned,
        Words {
            subject: "Sie werden erwähnt ({name})",
            body: "Jemand aus dem Team erwähnt Sie in einer Notiz zu einem Chat. Sie finden sie hier:",
        },
    ),
    (
        MailKind::Invitation,
        Words {
            subject: "Ihre Einladung zu {name}",
            body: "Sie sind eingeladen, bei {name} mitzuarbeiten. Wählen Sie hier Ihr Passwort; der Link gilt einmal, sieben Tage lang:",
        },
    ),
];

impl Words {
    /// The words for a language: German, or else English.
    pub(super) fn of(language: &str, kind: MailKind) -> &'static Self {
        const OTHERWISE: &Words = &ENGLISH[1].1;
        let all: &'static [(MailKind, Self)] = if language.split('-').next() == Some("de") {
            const { &GERMAN }
        } else {
            const { &ENGLISH }
        };
        all.iter()
            .find(|it| it.0 == kind)
            .map_or(OTHERWISE, |it| &it.1)
    }

    pub(super) fn subject(&self, name: &str) -> String {
        self.subject.replace("{name}", name)
    }

    pub(super) fn body(&self, name: &str, link: &str) -> String {
        format!(
            "{}\n\n{link}\n\n--\n{name}\n",
            self.body.replace("{name}", name)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_words_in_both_languages() {
        for kind in [
            MailKind::ChatStarted,
            MailKind::BoxReached,
            MailKind::Mentioned,
            MailKind::Invitation,
        ] {
            let (english, german) = (Words::of("en-GB", kind), Words::of("de-AT", kind));
            assert_ne!(english.subject("Riverside"), german.subject("Riverside"));
            let body = german.body("Riverside", "https://bots.example/app/x");
            assert!(body.contains("\nhttps://bots.example/app/x\n") && !body.contains("{name}"));
        }
        assert_eq!(
            Words::of("fr", MailKind::Invitation).subject("R"),
            "Your invitation to R"
        );
    }
}

//! What mails say, in the languages that the admin app speaks. Never anything of a chat or an event's data.
use jiff::tz::TimeZone;
use smartbot_model::notification::{EndpointTrouble, NotificationKind};
use smartbot_store::MailKind;

/// The words of a kind of mail in a language. `{name}` is the workspace.
pub(super) struct Words {
    subject: &'static str,
    body: &'static str,
}

const ENGLISH: [(MailKind, Words); 7] = [
    (
        MailKind::Told(NotificationKind::ChatStarted),
        Words {
            subject: "A chat has begun ({name})",
            body: "A chat has begun of which you want to be told. You find it here:",
        },
    ),
    (
        MailKind::Told(NotificationKind::BoxReached),
        Words {
            subject: "A chat needs you ({name})",
            body: "A chat has come to a point of which you want to be told. You find it here:",
        },
    ),
    (
        MailKind::Told(NotificationKind::Mentioned),
        Words {
            subject: "A colleague names you ({name})",
            body: "A colleague names you in a note about a chat. You find it here:",
        },
    ),
    (
        MailKind::Told(NotificationKind::DeliveryDead),
        Words {
            subject: "Webhooks do not arrive ({name})",
            body: "Deliveries to a webhook endpoint were given up. They stay listed, and can be sent again from here:",
        },
    ),
    (
        MailKind::Told(NotificationKind::EndpointFailing),
        Words {
            subject: "A webhook endpoint keeps failing ({name})",
            body: "A webhook endpoint has taken nothing for days. It will be switched off unless it takes something before. Its deliveries are here:",
        },
    ),
    (
        MailKind::Told(NotificationKind::EndpointDisabled),
        Words {
            subject: "A webhook endpoint was switched off ({name})",
            body: "A webhook endpoint was switched off: nothing is kept for it until somebody switches it on again. Its deliveries are here:",
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

const GERMAN: [(MailKind, Words); 7] = [
    (
        MailKind::Told(NotificationKind::ChatStarted),
        Words {
            subject: "Ein Chat hat begonnen ({name})",
            body: "Ein Chat hat begonnen, von dem Sie erfahren wollen. Sie finden ihn hier:",
        },
    ),
    (
        MailKind::Told(NotificationKind::BoxReached),
        Words {
            subject: "Ein Chat braucht Sie ({name})",
            body: "Ein Chat ist an eine Stelle gekommen, von der Sie erfahren wollen. Sie finden ihn hier:",
        },
    ),
    (
        MailKind::Told(NotificationKind::Mentioned),
        Words {
            subject: "Sie werden erwähnt ({name})",
            body: "Jemand aus dem Team erwähnt Sie in einer Notiz zu einem Chat. Sie finden sie hier:",
        },
    ),
    (
        MailKind::Told(NotificationKind::DeliveryDead),
        Words {
            subject: "Webhooks kommen nicht an ({name})",
            body: "Zustellungen an einen Webhook-Endpunkt wurden aufgegeben. Sie bleiben aufgelistet und lassen sich hier noch einmal senden:",
        },
    ),
    (
        MailKind::Told(NotificationKind::EndpointFailing),
        Words {
            subject: "Ein Webhook-Endpunkt nimmt nichts an ({name})",
            body: "Ein Webhook-Endpunkt hat seit Tagen nichts angenommen. Er wird abgeschaltet, wenn er bis dahin nichts annimmt. Seine Zustellungen sind hier:",
        },
    ),
    (
        MailKind::Told(NotificationKind::EndpointDisabled),
        Words {
            subject: "Ein Webhook-Endpunkt wurde abgeschaltet ({name})",
            body: "Ein Webhook-Endpunkt wurde abgeschaltet: Bis ihn jemand wieder einschaltet, wird nichts für ihn aufgehoben. Seine Zustellungen sind hier:",
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
        let all: &'static [(MailKind, Self)] = if is_german(language) {
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

    /// `facts` is empty or lines that end.
    pub(super) fn body(&self, name: &str, facts: &str, link: &str) -> String {
        let gap = if facts.is_empty() { "" } else { "\n" };
        format!(
            "{}\n\n{link}\n{gap}{facts}\n--\n{name}\n",
            self.body.replace("{name}", name)
        )
    }
}

fn is_german(language: &str) -> bool {
    language.split('-').next() == Some("de")
}

/// What is wrong with an endpoint, a line for each thing that is known.
pub(super) fn facts(
    language: &str,
    it: &EndpointTrouble,
    host: Option<String>,
    zone: &TimeZone,
) -> String {
    let german = is_german(language);
    let label = |english, in_german| if german { in_german } else { english };
    let event = it.event_type.zip(it.event_id);
    let until = it.disabled_at.map(|it| it.to_jiff().to_zoned(zone.clone()));
    let lines = [
        (label("Endpoint", "Endpunkt"), host),
        (
            label("Last event", "Letztes Ereignis"),
            event.map(|(kind, id)| format!("{} ({id})", kind.as_str())),
        ),
        (label("Why", "Grund"), Some(reason(it, german))),
        (
            label("Deliveries given up", "Aufgegebene Zustellungen"),
            it.deliveries.map(|it| it.to_string()),
        ),
        (
            label("Will be switched off", "Wird abgeschaltet"),
            until.map(|it| it.strftime("%Y-%m-%d %H:%M %Z").to_string()),
        ),
    ];
    lines
        .into_iter()
        .filter_map(|(label, fact)| Some(format!("{label}: {}\n", fact?)))
        .collect()
}

fn reason(it: &EndpointTrouble, german: bool) -> String {
    let label =
        |english: &str, in_german: &str| if german { in_german } else { english }.to_owned();
    match (it.status, it.reason.as_str()) {
        (Some(status), _) => format!("HTTP {status}"),
        (None, "gone") => label(
            "the receiver is gone (HTTP 410)",
            "der Empfänger ist fort (HTTP 410)",
        ),
        (None, "receiver_asked") => label(
            "the receiver asked for it",
            "der Empfänger hat darum gebeten",
        ),
        (None, "failing") => label(
            "it has taken nothing for too long",
            "er hat zu lange nichts angenommen",
        ),
        (None, "waited_too_long") => label(
            "waited too long: the endpoint was paused, off or too slow",
            "zu lange gewartet: Der Endpunkt war angehalten, abgeschaltet oder zu langsam",
        ),
        (None, "backlog_full") => label(
            "too much waited, and these were the oldest",
            "es wartete zu viel, und diese waren die ältesten",
        ),
        (None, "unreadable") => label(
            "the event cannot be read: look at smartbot check",
            "das Ereignis ist nicht lesbar: siehe smartbot check",
        ),
        (None, code) => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::{EventType, Time};

    #[test]
    fn every_kind_has_words_in_both_languages() {
        for kind in [
            MailKind::Told(NotificationKind::ChatStarted),
            MailKind::Told(NotificationKind::BoxReached),
            MailKind::Told(NotificationKind::Mentioned),
            MailKind::Invitation,
        ] {
            let (english, german) = (Words::of("en-GB", kind), Words::of("de-AT", kind));
            assert_ne!(english.subject("Riverside"), german.subject("Riverside"));
            let body = german.body("Riverside", "", "https://bots.example/app/x");
            assert!(body.contains("\nhttps://bots.example/app/x\n") && !body.contains("{name}"));
        }
        assert_eq!(
            Words::of("fr", MailKind::Invitation).subject("R"),
            "Your invitation to R"
        );
    }

    #[test]
    fn what_is_wrong_with_an_endpoint_is_told_in_lines() {
        let mut trouble = EndpointTrouble {
            endpoint_id: "whk_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".parse().unwrap(),
            reason: "http_status".to_owned(),
            status: Some(500),
            delivery_id: None,
            event_id: Some("evt_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b".parse().unwrap()),
            event_type: Some(EventType::FlagAssigned),
            deliveries: Some(3),
            disabled_at: None,
        };
        let host = Some("portal.example".to_owned());
        let text = facts("en", &trouble, host, &TimeZone::UTC);
        assert_eq!(
            text,
            "Endpoint: portal.example\nLast event: flag.assigned (evt_019aae3c5d1e7c0f9a3b1c2d3e4f5a6b)\nWhy: HTTP 500\nDeliveries given up: 3\n"
        );
        trouble = EndpointTrouble {
            reason: "failing".to_owned(),
            status: None,
            event_id: None,
            event_type: None,
            deliveries: None,
            disabled_at: Some(Time::from_micros(1_795_000_000_000_000)),
            ..trouble
        };
        let text = facts("de", &trouble, None, &TimeZone::UTC);
        assert_eq!(
            text,
            "Grund: er hat zu lange nichts angenommen\nWird abgeschaltet: 2026-11-18 11:06 UTC\n"
        );
    }
}

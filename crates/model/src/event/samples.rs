//! One sample of every event: for the docs, the test events and the tests.
use super::*;
use crate::agent::{AgentRef, AgentStatus, Role};
use crate::message::{Message, MessageKind, Sender};
use crate::session::EndReason;
use crate::{AgentId, BotId, EndpointId, EventId, MessageId, SessionId, Time, UserId};
use serde_json::{Map, Value, json};
use uuid::Uuid;

const fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x019a_ae3c_5d1e_7c0f_9a3b_0000_0000_0000 + n)
}

fn object(value: Value) -> Map<String, Value> {
    if let Value::Object(map) = value {
        map
    } else {
        Map::new()
    }
}

fn user() -> UserSnapshot {
    UserSnapshot {
        id: UserId::from_uuid(id(1)),
        external_id: Some("p-17".into()),
        fields: object(json!({"user_fname": "Ana", "user_city": "Riverside"})),
        flags: vec!["vip".into()],
    }
}

fn agent() -> AgentRef {
    AgentRef {
        id: AgentId::from_uuid(id(2)),
        name: "Jo Doe".into(),
        email: "sam@clinic.example".into(),
        role: Role::Agent,
    }
}

fn session() -> Place {
    Place {
        session_id: Some(SessionId::from_uuid(id(3))),
        function_id: Some("DoctorAppointment".into()),
        box_id: None,
    }
}

fn at_box(box_id: &str) -> Place {
    Place {
        box_id: Some(box_id.into()),
        ..session()
    }
}

fn message(from: Sender, text: &str) -> Message {
    Message {
        id: MessageId::from_uuid(id(4)),
        seq: 3,
        from,
        kind: MessageKind::Text,
        text: text.into(),
        choices: Vec::new(),
        media: None,
        file: None,
        typing_delay_ms: None,
        box_id: Some("when".into()),
        client_message_id: None,
        at: Time::from_micros(1_795_356_185_123_000),
    }
}

fn message_data(from: Sender, text: &str) -> MessageData {
    let message = serde_json::to_value(message(from, text)).unwrap_or_default();
    MessageData {
        user: user(),
        message,
        place: at_box("when"),
    }
}

impl Event {
    /// `message.received` for a file, beside the sample with words.
    #[cfg(test)]
    pub(super) fn sample_of_a_file() -> Self {
        let file = crate::file::StoredFile {
            id: crate::file::EXAMPLE_ID,
            name: "biopsy-result.pdf".into(),
            r#type: "application/pdf".into(),
            size: 48_213,
        };
        let message = Message {
            kind: MessageKind::File,
            choices: vec!["tomorrow morning".into()],
            media: Some(json!({"type": "image", "url": "https://clinic.example/Ana.png"})),
            text: file.name.clone(),
            file: Some(file),
            ..message(Sender::User, "")
        };
        Self::MessageReceived(MessageData {
            user: user(),
            message: serde_json::to_value(message).unwrap_or_default(),
            place: at_box("when"),
        })
    }

    /// An event of this type as it could happen.
    pub fn sample(event_type: EventType) -> Self {
        let agent_data = || AgentData {
            agent: agent(),
            status: AgentStatus::Active,
        };
        let hand_off = || HandOffData {
            user: user(),
            flag: Some("billing".into()),
            place: at_box("person"),
        };
        let flag = || FlagData {
            user: user(),
            flag: "vip".into(),
            place: at_box("when"),
        };
        let with_agent = || SessionAgentData {
            user: user(),
            agent: agent(),
            place: session(),
        };
        match event_type {
            EventType::AgentLogin => Self::AgentLogin(agent_data()),
            EventType::AgentLogout => Self::AgentLogout(agent_data()),
            EventType::AgentStatusChanged => Self::AgentStatusChanged(AgentStatusData {
                agent: agent(),
                status: "away".into(),
                previous_status: "online".into(),
            }),
            EventType::AgentCreated => Self::AgentCreated(agent_data()),
            EventType::AgentUpdated => Self::AgentUpdated(agent_data()),
            EventType::AgentRemoved => Self::AgentRemoved(agent_data()),
            EventType::UserCreated => Self::UserCreated(UserData {
                user: user(),
                place: session(),
            }),
            EventType::UserProfileChanged => Self::UserProfileChanged(ProfileChangedData {
                user: user(),
                changes: [(
                    "user_city".to_owned(),
                    FieldChange {
                        old: Value::Null,
                        new: json!("Riverside"),
                    },
                )]
                .into(),
                place: at_box("city"),
            }),
            EventType::UserDeleted => Self::UserDeleted(UserDeletedData {
                user: DeletedUser {
                    id: UserId::from_uuid(id(1)),
                    external_id: Some("p-17".into()),
                },
            }),
            EventType::UserOptedOut => Self::UserOptedOut(UserOptedOutData {
                user: user(),
                medium: "sms".into(),
            }),
            EventType::FlagAssigned => Self::FlagAssigned(flag()),
            EventType::FlagRemoved => Self::FlagRemoved(flag()),
            EventType::SessionStarted => Self::SessionStarted(SessionStartedData {
                user: user(),
                version: 3,
                medium: "api".into(),
                language: "en".into(),
                metadata: object(json!({"campaign": "spring"})),
                place: session(),
            }),
            EventType::SessionEnded => Self::SessionEnded(SessionEndedData {
                user: user(),
                reason: EndReason::Completed,
                place: at_box("done"),
            }),
            EventType::SessionHandOffRequested => Self::SessionHandOffRequested(hand_off()),
            EventType::SessionAgentJoined => Self::SessionAgentJoined(with_agent()),
            EventType::SessionAgentLeft => Self::SessionAgentLeft(with_agent()),
            EventType::SessionTransferred => Self::SessionTransferred(TransferData {
                user: user(),
                from_agent: agent(),
                to_agent: None,
                to_flag: Some("billing".into()),
                place: session(),
            }),
            EventType::SessionMissed => Self::SessionMissed(hand_off()),
            EventType::MessageReceived => {
                Self::MessageReceived(message_data(Sender::User, "tomorrow morning"))
            }
            EventType::MessageSent => {
                Self::MessageSent(message_data(Sender::Bot, "See you tomorrow morning."))
            }
            EventType::BoxReached => Self::BoxReached(BoxReachedData {
                user: user(),
                variables: object(json!({"appointment_at": "2026-11-24T10:00:00-08:00"})),
                place: at_box("done"),
            }),
            EventType::BoxNotify => Self::BoxNotify(BoxNotifyData {
                user: user(),
                roles: vec![Role::Agent],
                agents: vec![agent().id.to_string(), agent().email],
                media: vec!["desktop".into()],
                place: at_box("person"),
            }),
            EventType::GoalReached => Self::GoalReached(GoalData {
                user: user(),
                goal: "appointment".into(),
                place: at_box("done"),
            }),
            EventType::ExternalApiFailed => Self::ExternalApiFailed(ExternalApiFailedData {
                user: user(),
                reason: "http_status".into(),
                status: Some(503),
                place: at_box("book"),
            }),
            EventType::SessionFailed => Self::SessionFailed(SessionFailedData {
                user: user(),
                reason: "step_limit".into(),
                place: at_box("loop"),
            }),
            EventType::BotPublished => Self::BotPublished(BotPublishedData {
                bot: PublishedBot {
                    id: BotId::from_uuid(id(5)),
                    function_id: "DoctorAppointment".into(),
                    name: "Doctor appointment".into(),
                    version: 3,
                },
            }),
            EventType::ScheduleTriggered => Self::ScheduleTriggered(ScheduleTriggeredData {
                user: user(),
                pattern_label: "weekly-check".into(),
                due_at: Time::from_micros(1_795_356_000_000_000),
                place: session(),
            }),
            EventType::SmsFailed => Self::SmsFailed(SmsFailedData {
                user: user(),
                reason: "unreachable".into(),
                place: session(),
            }),
            EventType::WebhookTest => Self::WebhookTest(WebhookTestData {
                endpoint_id: EndpointId::from_uuid(id(6)),
                note: "This is a test. Nothing happened.".into(),
            }),
            EventType::WebhookFailing => Self::WebhookFailing(WebhookFailingData {
                endpoint_id: EndpointId::from_uuid(id(6)),
                url: "https://portal.example/webhooks/smartbot".into(),
                failing_since: Time::from_micros(1_795_140_000_000_000),
                disabled_at: Time::from_micros(1_795_572_000_000_000),
                event_id: EventId::from_uuid(id(7)),
                event_type: EventType::FlagAssigned,
            }),
            EventType::WebhookDisabled => Self::WebhookDisabled(WebhookDisabledData {
                endpoint_id: EndpointId::from_uuid(id(6)),
                url: "https://portal.example/webhooks/smartbot".into(),
                reason: "gone".into(),
            }),
        }
    }
}

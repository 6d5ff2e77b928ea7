//! What a step does, in words.
use super::{quoted, value};
use crate::{Effect, effect::EndReason, effect::SayKind};

/// An effect in words; none for what is seen elsewhere or is nobody's business: what is said, the way, the mask.
pub fn action(effect: &Effect) -> Option<String> {
    Some(match effect {
        Effect::Say(say) if say.kind == SayKind::Text => format!("Says {}", quoted(&say.text)),
        Effect::Say(say) => {
            let url = say.media.as_ref().map_or("", |it| it.url.as_str());
            format!("Shows {url}")
        }
        Effect::SetProfileField {
            name, value: it, ..
        } if it.is_null() => {
            format!("Empties the profile field {{{name}}}")
        }
        Effect::SetProfileField {
            name, value: it, ..
        } => {
            format!("Sets the profile field {{{name}}} to {}", value(it))
        }
        Effect::AssignFlag { flag, .. } => format!("Puts the flag {} on the user", quoted(flag)),
        Effect::RemoveFlag { flag, .. } => format!("Takes the flag {} off the user", quoted(flag)),
        Effect::PushProfile { .. } => "Sends profile variables and flags to the webhook".to_owned(),
        Effect::CallApi(call) => format!("Calls {} {}", call.method, call.url),
        Effect::ApiFailed { reason, status, .. } => match status {
            Some(status) => format!("The call failed: {reason} ({status})"),
            None => format!("The call failed: {reason}"),
        },
        Effect::HandOff {
            flag: Some(flag), ..
        } => {
            format!("Hands the chat to agents who see the flag {}", quoted(flag))
        }
        Effect::HandOff { flag: None, .. } => "Hands the chat to agents".to_owned(),
        Effect::Notify { .. } => "Notifies agents".to_owned(),
        Effect::ReachGoal { goal, .. } => format!("Reaches the goal {}", quoted(goal)),
        Effect::StartTimer { at, .. } => format!("Waits until {at}"),
        Effect::CancelTimer { .. } => "Waits no longer".to_owned(),
        Effect::Problem { detail, .. } => format!("A problem: {detail}"),
        Effect::Failed { detail, .. } => format!("The session cannot go on: {detail}"),
        Effect::End { reason } => match reason {
            EndReason::Completed => "The session is completed".to_owned(),
            EndReason::DeadEnd => "The session ends: no way leads on from here".to_owned(),
            _ => "The session ends".to_owned(),
        },
        Effect::VisitBox { .. } | Effect::MaskInput => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_step_does_reads_as_a_sentence() {
        let box_id: crate::effect::BoxId = "a".into();
        let field = |value| Effect::SetProfileField {
            name: "user_city".into(),
            value,
            box_id: box_id.clone(),
        };
        let failed = |status| Effect::ApiFailed {
            box_id: box_id.clone(),
            reason: "http_status".into(),
            status,
        };
        for (effect, sentence) in [
            (
                field(json!("Riverside")),
                "Sets the profile field {user_city} to “Riverside”",
            ),
            (field(json!(null)), "Empties the profile field {user_city}"),
            (
                Effect::AssignFlag {
                    flag: "vip".into(),
                    box_id: box_id.clone(),
                },
                "Puts the flag “vip” on the user",
            ),
            (failed(Some(500)), "The call failed: http_status (500)"),
            (failed(None), "The call failed: http_status"),
            (
                Effect::End {
                    reason: EndReason::DeadEnd,
                },
                "The session ends: no way leads on from here",
            ),
        ] {
            assert_eq!(action(&effect).as_deref(), Some(sentence));
        }
        assert_eq!(action(&Effect::MaskInput), None);
    }
}

use crate::notifications::{mail, told};
use crate::place::{Place, at, new_id};
use crate::{agents, rows};
use smartbot_model::notification::{EndpointTrouble, NotificationKind};
use smartbot_model::{DeliveryId, EndpointId, EventId, EventType, SessionId, Time};
use smartbot_store::{Change, DueAlert, EndpointAlert, MailRow, ToldAlert, what};
use std::time::Duration;

fn trouble(endpoint_id: EndpointId) -> EndpointTrouble {
    EndpointTrouble {
        endpoint_id,
        reason: "http_status".to_owned(),
        status: Some(500),
        delivery_id: Some(new_id!(DeliveryId)),
        event_id: Some(new_id!(EventId)),
        event_type: Some(EventType::FlagAssigned),
        deliveries: None,
        // As JSON has it: milliseconds.
        disabled_at: Some(Time::from_micros(1_795_000_000_000_000)),
    }
}

pub(crate) fn alert(endpoint: EndpointId, count: u64, second: i64) -> EndpointAlert {
    EndpointAlert {
        kind: NotificationKind::DeliveryDead,
        trouble: trouble(endpoint),
        count,
        at: at(second),
    }
}

async fn endpoint(place: &Place) -> EndpointId {
    let endpoint = rows::endpoint();
    let id = endpoint.id;
    place
        .commit(vec![Change::InsertEndpoint {
            endpoint,
            secrets: rows::secrets("whsec_x"),
        }])
        .await;
    id
}

async fn due(place: &Place, second: i64) -> Vec<DueAlert> {
    let due = place.store.due_endpoint_alerts(at(second), 9).await;
    let own = |it: &DueAlert| it.workspace_id == place.workspace;
    due.unwrap().into_iter().filter(own).collect()
}

fn tell(due: &DueAlert, next: i64) -> Vec<Change> {
    vec![Change::TellEndpointAlert(ToldAlert {
        endpoint_id: due.alert.trouble.endpoint_id,
        kind: due.alert.kind,
        told: due.told,
        count: due.alert.count,
        next_at: at(next),
    })]
}

pub(crate) async fn what_is_to_be_told_of_an_endpoint_is_counted_until_one_tells_it(place: Place) {
    let (one, other) = (endpoint(&place).await, endpoint(&place).await);
    let first = alert(one, 2, 1);
    let last = alert(one, 3, 2);
    let disabled = EndpointAlert {
        kind: NotificationKind::EndpointDisabled,
        ..alert(other, 1, 3)
    };
    for it in [&first, &last, &disabled] {
        let note = Change::NoteEndpointAlert(it.clone());
        place.commit(vec![note]).await;
    }
    assert_eq!(due(&place, 0).await, []);
    let all = due(&place, 3).await;
    let both = EndpointAlert { count: 5, ..last };
    let alerts: Vec<_> = all.iter().map(|it| it.alert.clone()).collect();
    assert_eq!(alerts, [both, disabled]);
    assert_eq!(all[0].workspace_id, place.workspace);
    // What comes while it is told is told later.
    let more = alert(one, 4, 4);
    place
        .commit(vec![Change::NoteEndpointAlert(more.clone())])
        .await;
    place.commit(tell(&all[0], 100)).await;
    let again = place.conflict(tell(&all[0], 100)).await;
    assert_eq!(again, what::ENDPOINT_ALERT);
    assert_eq!(due(&place, 99).await, all[1..]);
    let later = due(&place, 100).await;
    let waiting = later.iter().find(|it| it.told == 1).unwrap();
    assert_eq!(waiting.alert, more);
    place.commit(tell(waiting, 200)).await;
    assert_eq!(due(&place, 999).await, all[1..]);
}

pub(crate) async fn nothing_is_to_be_told_of_an_endpoint_that_is_gone(place: Place) {
    let id = endpoint(&place).await;
    let note = || vec![Change::NoteEndpointAlert(alert(id, 1, 1))];
    place.commit(note()).await;
    let all = due(&place, 1).await;
    place.commit(vec![Change::RemoveEndpoint { id }]).await;
    assert_eq!(due(&place, 1).await, []);
    assert_eq!(place.conflict(tell(&all[0], 2)).await, what::ENDPOINT_ALERT);
    place.commit(note()).await;
    assert_eq!(due(&place, 1).await, []);
}

pub(crate) async fn a_notification_and_a_mail_may_be_about_an_endpoint(place: Place) {
    let bea = agents::agent("bea@x.example");
    let trouble = trouble(endpoint(&place).await);
    let mut row = told(bea.id, new_id!(SessionId), 1);
    row.notification.session_id = None;
    row.notification.function_id = None;
    row.notification.box_id = None;
    row.notification.endpoint = Some(trouble.clone());
    let mail = MailRow {
        endpoint: Some(trouble),
        ..mail(bea.id, None, 1)
    };
    let id = bea.id;
    place
        .commit(vec![
            Change::InsertAgent(bea),
            Change::InsertNotification(row.clone()),
            Change::InsertMail(mail.clone()),
        ])
        .await;
    let (store, workspace) = (&place.store, place.workspace);
    let kept = store.notifications(workspace, id, true, None, 9).await;
    assert_eq!(kept, Ok(vec![row.notification]));
    let claimed = store.claim_mails(at(1), Duration::from_secs(9), 9).await;
    let claimed = claimed.unwrap().into_iter().find(|it| it.0 == workspace);
    assert_eq!(claimed.unwrap().1, MailRow { attempt: 1, ..mail });
}

use crate::agents;
use crate::place::{Place, at, new_id};
use crate::rows;
use smartbot_model::notification::{Notification, NotificationKind, NotificationSettings};
use smartbot_model::{AgentId, MailId, NotificationId, SessionId};
use smartbot_store::{Change, MailKind, MailRow, NotificationRow, SessionRow};
use std::time::Duration;

async fn session(place: &Place) -> SessionRow {
    let user = rows::user();
    let session = rows::session(user.id);
    place
        .commit(vec![
            Change::InsertUser(user),
            Change::InsertSession(session.clone()),
        ])
        .await;
    session
}

async fn agent(place: &Place, email: &str) -> AgentId {
    let row = agents::agent(email);
    let id = row.id;
    place.commit(vec![Change::InsertAgent(row)]).await;
    id
}

pub(crate) fn told(agent_id: AgentId, session_id: SessionId, second: i64) -> NotificationRow {
    NotificationRow {
        agent_id,
        notification: Notification {
            id: NotificationId::new(at(second), &crate::place::random()),
            kind: NotificationKind::BoxReached,
            session_id: Some(session_id),
            function_id: Some("DoctorAppointment".to_owned()),
            box_id: Some("urgent".to_owned()),
            endpoint: None,
            quiet: false,
            at: at(second),
            read_at: None,
        },
    }
}

pub(crate) fn mail(agent_id: AgentId, session_id: Option<SessionId>, due: i64) -> MailRow {
    MailRow {
        id: new_id!(MailId),
        agent_id,
        kind: MailKind::Told(NotificationKind::ChatStarted),
        session_id,
        endpoint: None,
        due_at: at(due),
        attempt: 0,
        created_at: at(0),
    }
}

pub(crate) async fn what_an_agent_is_told_is_listed_until_it_is_read_or_old(place: Place) {
    let session = session(&place).await;
    let (bea, cleo) = (
        agent(&place, "bea@x.example").await,
        agent(&place, "cleo@x.example").await,
    );
    let all: Vec<_> = (1..=3).map(|it| told(bea, session.id, it)).collect();
    let other = told(cleo, session.id, 2);
    let insert = all
        .iter()
        .chain([&other])
        .cloned()
        .map(Change::InsertNotification);
    place.commit(insert.collect()).await;
    let (store, workspace) = (&place.store, place.workspace);
    let list = async |unread, before, limit| {
        let found = store.notifications(workspace, bea, unread, before, limit);
        found.await.unwrap()
    };
    let own: Vec<_> = all.iter().rev().map(|it| it.notification.clone()).collect();
    assert_eq!(list(false, None, 9).await, own);
    assert_eq!(list(false, Some(own[0].id), 1).await, own[1..2]);
    let read = |id| Change::ReadNotifications {
        agent_id: bea,
        id,
        at: at(10),
    };
    place
        .commit(vec![
            read(Some(own[1].id)),
            read(Some(other.notification.id)),
        ])
        .await;
    assert_eq!(list(true, None, 9).await, [own[0].clone(), own[2].clone()]);
    assert_eq!(list(false, None, 9).await[1].read_at, Some(at(10)));
    place.commit(vec![read(None)]).await;
    assert_eq!(list(true, None, 9).await, []);
    let theirs = store.notifications(workspace, cleo, true, None, 9).await;
    assert_eq!(theirs, Ok(vec![other.notification]));
    store.forget_old_notifications(at(3)).await.unwrap();
    let left = list(false, None, 9).await;
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), [own[0].id]);
}

pub(crate) async fn settings_of_an_agent_are_replaced(place: Place) {
    let bea = agent(&place, "bea@x.example").await;
    let (store, workspace) = (&place.store, place.workspace);
    assert!(
        store
            .notification_settings(workspace)
            .await
            .unwrap()
            .is_empty()
    );
    for zone in ["America/New_York", "Europe/Berlin"] {
        let settings = NotificationSettings {
            time_zone: Some(zone.to_owned()),
            ..NotificationSettings::default()
        };
        let save = Change::SaveNotificationSettings {
            agent_id: bea,
            settings: settings.clone(),
        };
        place.commit(vec![save]).await;
        let kept = store.notification_settings(workspace).await.unwrap();
        assert_eq!(kept.get(&bea), Some(&settings));
    }
}

pub(crate) async fn mails_are_claimed_once_and_again_after_their_lease(place: Place) {
    let session = session(&place).await;
    let bea = agent(&place, "bea@x.example").await;
    let (now, later) = (mail(bea, Some(session.id), 1), mail(bea, None, 50));
    place
        .commit(vec![
            Change::InsertMail(now.clone()),
            Change::InsertMail(later.clone()),
        ])
        .await;
    let (store, workspace, lease) = (&place.store, place.workspace, Duration::from_secs(10));
    assert_eq!(store.next_mail_due().await, Ok(Some(at(1))));
    let (one, two) = tokio::join!(
        store.claim_mails(at(5), lease, 9),
        store.claim_mails(at(5), lease, 9)
    );
    let claimed = [one.unwrap(), two.unwrap()].concat();
    let first = MailRow {
        attempt: 1,
        ..now.clone()
    };
    assert_eq!(claimed, [(workspace, first)]);
    assert_eq!(store.claim_mails(at(14), lease, 9).await, Ok(vec![]));
    let again = store.claim_mails(at(15), lease, 9).await.unwrap();
    assert_eq!(again[0].1.attempt, 2);
    // The first worker comes back too late.
    store.finish_mail(workspace, now.id, 1).await.unwrap();
    store
        .retry_mail(workspace, now.id, 1, at(16))
        .await
        .unwrap();
    assert_eq!(store.next_mail_due().await, Ok(Some(at(25))));
    store
        .retry_mail(workspace, now.id, 2, at(20))
        .await
        .unwrap();
    assert_eq!(store.next_mail_due().await, Ok(Some(at(20))));
    let third = store.claim_mails(at(20), lease, 9).await.unwrap();
    store
        .finish_mail(workspace, now.id, third[0].1.attempt)
        .await
        .unwrap();
    assert_eq!(store.next_mail_due().await, Ok(Some(at(50))));
}

pub(crate) async fn nothing_is_left_of_an_agent_who_goes(place: Place) {
    let session = session(&place).await;
    let bea = agents::agent("bea@x.example");
    place
        .commit(vec![
            Change::InsertAgent(bea.clone()),
            Change::InsertNotification(told(bea.id, session.id, 1)),
            Change::InsertMail(mail(bea.id, None, 1)),
            Change::SaveNotificationSettings {
                agent_id: bea.id,
                settings: NotificationSettings::default(),
            },
        ])
        .await;
    let remove = Change::RemoveAgent {
        id: bea.id,
        expected_version: bea.version,
    };
    place.commit(vec![remove]).await;
    let (store, workspace) = (&place.store, place.workspace);
    let told = store.notifications(workspace, bea.id, false, None, 9);
    assert_eq!(told.await, Ok(vec![]));
    assert!(
        store
            .notification_settings(workspace)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.next_mail_due().await, Ok(None));
}

//! Runs that send old events again: to any number of endpoints, to none that is disabled, each with its own errors. And secrets that several
//! replace at once.
use crate::support::events::{delivered, verify};
use crate::support::{PATIENCE, TestServer, bots, on_both_databases};
use smartbot_app::delivery::endpoints::EndpointChange;
use smartbot_app::delivery::resend::{NewResend, ResendKind};
use smartbot_app::{Caller, Error};
use smartbot_model::time::Clock;
use smartbot_model::webhook::{EndpointState, EventSelection, PayloadDetail};
use smartbot_model::{EndpointId, EventType, ResendId};
use smartbot_store::{Change, ResendRow, ResendState};
use smartbot_testkit::{Receiver, until};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn told_of_starts(server: &TestServer, receiver: &Receiver, path: &str) -> EndpointId {
    let events = EventSelection::Some(vec![EventType::SessionStarted]);
    let url = receiver.url(path);
    let (endpoint, _) = server.endpoint(&url, events, PayloadDetail::Full).await;
    endpoint.id
}

async fn set_state(server: &TestServer, id: EndpointId, state: EndpointState) {
    let change = EndpointChange {
        state: Some(state),
        ..EndpointChange::default()
    };
    let caller = Caller::system(server.workspace);
    let changed = server.app.change_endpoint(&caller, id, change).await;
    assert_eq!(changed.unwrap().state, state);
}

fn replay(server: &TestServer, endpoint_id: EndpointId, rate: u32) -> NewResend {
    NewResend {
        endpoint_id,
        kind: ResendKind::Replay,
        since: server.clock.now().minus(DAY),
        until: None,
        rate_per_second: Some(rate),
    }
}

async fn state_of(server: &TestServer, id: ResendId) -> String {
    let run = server.app.resend(server.workspace, id).await.unwrap();
    run.state
}

async fn runs_to_more_endpoints_than_go_at_once_all_come_to_their_end(server: TestServer) {
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..3 {
        server.bots().start(&greeter).await;
    }
    let mut new = Vec::new();
    for number in 0..7 {
        let endpoint = told_of_starts(&server, &receiver, &format!("/{number}")).await;
        new.push(endpoint);
    }
    server.clock.advance(Duration::from_secs(1));
    let new = new
        .into_iter()
        .map(|it| replay(&server, it, 1_000))
        .collect();
    let runs = server.app.start_resends(server.workspace, new).await;
    let runs = runs.unwrap();
    assert_eq!(runs.len(), 7);
    for run in runs {
        until("it is done", PATIENCE, async || {
            state_of(&server, run.id).await == "done"
        })
        .await;
    }
    for number in 0..7 {
        delivered(&receiver, &format!("/{number}"), 3).await;
    }
}

async fn a_workspace_has_a_bounded_line_and_begins_all_runs_or_none(server: TestServer) {
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..2 {
        server.bots().start(&greeter).await;
    }
    let endpoint = told_of_starts(&server, &receiver, "/hook").await;
    let other = told_of_starts(&server, &receiver, "/other").await;
    set_state(&server, other, EndpointState::Disabled).await;
    server.clock.advance(Duration::from_secs(1));
    let start = async |new| server.app.start_resends(server.workspace, new).await;
    let one = replay(&server, endpoint, 1);
    let refused = start(vec![one.clone(), replay(&server, other, 1)]).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(why)) if why.contains("disabled")),
        "{refused:?}"
    );
    let refused = start(vec![one.clone(); 201]).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(why)) if why.contains("at most 200")),
        "{refused:?}"
    );
    let all = server.app.resends(server.workspace, None, 9).await.unwrap();
    assert_eq!(all, [], "none has begun");
}

async fn a_run_whose_endpoint_is_switched_off_says_so(server: TestServer) {
    server.clock.stop();
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..4 {
        server.bots().start(&greeter).await;
    }
    let endpoint = told_of_starts(&server, &receiver, "/hook").await;
    server.clock.advance(Duration::from_secs(1));
    // One a second, by a clock that stands still: it does not come to its end.
    let slowly = replay(&server, endpoint, 1);
    let run = server.app.start_resend(server.workspace, slowly).await;
    let run = run.unwrap();
    set_state(&server, endpoint, EndpointState::Disabled).await;
    until("it has ended", PATIENCE, async || {
        server.clock.advance(Duration::from_secs(1));
        state_of(&server, run.id).await == "endpoint_disabled"
    })
    .await;
    let run = server.app.resend(server.workspace, run.id).await.unwrap();
    assert!(run.ended_at.is_some() && run.looked_at < 4, "{run:?}");
}

async fn a_run_can_be_cancelled(server: TestServer) {
    server.clock.stop();
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    for _ in 0..4 {
        server.bots().start(&greeter).await;
    }
    let endpoint = told_of_starts(&server, &receiver, "/hook").await;
    server.clock.advance(Duration::from_secs(1));
    let slowly = replay(&server, endpoint, 1);
    let run = server
        .app
        .start_resend(server.workspace, slowly)
        .await
        .unwrap();
    let cancelled = server
        .app
        .cancel_resend(server.workspace, run.id)
        .await
        .unwrap();
    assert_eq!(cancelled.state, "cancelled");
    let after = server
        .app
        .cancel_resend(server.workspace, run.id)
        .await
        .unwrap();
    assert_eq!(after, cancelled, "a second time changes nothing");
    let all = server.app.resends(server.workspace, None, 9).await.unwrap();
    assert_eq!(all, [cancelled]);
}

async fn a_run_that_fails_is_put_off_and_holds_up_no_other(server: TestServer) {
    let receiver = Receiver::start().await;
    let greeter = server.publish(&bots::greeter()).await;
    server.bots().start(&greeter).await;
    let endpoint = told_of_starts(&server, &receiver, "/hook").await;
    server.clock.advance(Duration::from_secs(1));
    let now = server.clock.now();
    // One more cannot be written down.
    let looked_at = u64::try_from(i64::MAX).unwrap();
    let broken = ResendRow {
        id: ResendId::from_uuid(uuid::Uuid::from_u128(1)),
        endpoint_id: endpoint,
        kind: ResendKind::Replay,
        since: now.minus(DAY),
        until: now,
        rate_per_second: 1_000,
        state: ResendState::Running,
        place: None,
        looked_at,
        sent: 0,
        wake_at: Some(now.minus(DAY)),
        created_at: now,
        ended_at: None,
    };
    let store = &server.app.store;
    let insert = Change::InsertResend(broken.clone());
    store.commit(server.workspace, vec![insert]).await.unwrap();
    let run = server
        .app
        .start_resend(server.workspace, replay(&server, endpoint, 1_000));
    let run = run.await.unwrap();
    until("the other is done", PATIENCE, async || {
        state_of(&server, run.id).await == "done"
    })
    .await;
    let put_off = store.resend(server.workspace, broken.id).await;
    let put_off = put_off.unwrap().unwrap();
    assert!(put_off.wake_at > Some(now), "{put_off:?}");
    let as_before = ResendRow {
        wake_at: broken.wake_at,
        ..put_off
    };
    assert_eq!(as_before, broken);
}

async fn a_secret_that_was_answered_signs_however_many_rotate(server: TestServer) {
    let receiver = Receiver::start().await;
    let endpoint = told_of_starts(&server, &receiver, "/hook").await;
    let rotate = || server.app.rotate_secret(server.workspace, endpoint, DAY);
    let (one, two, three) = tokio::join!(rotate(), rotate(), rotate());
    let greeter = server.publish(&bots::greeter()).await;
    server.bots().start(&greeter).await;
    delivered(&receiver, "/hook", 1).await;
    let request = receiver.requests_to("/hook").remove(0);
    let mut answered = 0;
    for rotated in [one, two, three] {
        match rotated {
            Ok(shown) => {
                verify(&request, shown.secret.expose(), server.clock.now());
                answered += 1;
            }
            Err(error) => assert!(matches!(error, Error::Conflict(_)), "{error}"),
        }
    }
    assert!(answered > 0, "one is always heard");
}

on_both_databases!(
    a_run_that_fails_is_put_off_and_holds_up_no_other,
    a_run_can_be_cancelled,
    runs_to_more_endpoints_than_go_at_once_all_come_to_their_end,
    a_workspace_has_a_bounded_line_and_begins_all_runs_or_none,
    a_run_whose_endpoint_is_switched_off_says_so,
    a_secret_that_was_answered_signs_however_many_rotate,
);

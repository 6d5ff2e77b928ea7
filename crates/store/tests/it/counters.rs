use crate::place::{Place, at};
use crate::rows;
use serde_json::Value;
use smartbot_model::{SessionId, Time};
use smartbot_store::{BUCKET, Change, Count, Counter, Counters, TurnMark, TurnRow, what};

const BOT: (&str, u32) = ("Intake", 3);

/// A bucket's beginning, so that spans can be told in buckets from there.
fn bucket(number: i64) -> Time {
    let length = i64::try_from(BUCKET.as_micros()).unwrap();
    Time::from_micros((at(0).micros() / length + number) * length)
}

fn count(from: Time, name: &str, version: u32, count: i64) -> Count {
    Count {
        from,
        function_id: "Intake".to_owned(),
        version,
        name: name.to_owned(),
        count,
    }
}

/// A turn of the session, kept.
async fn turn(place: &Place, session: SessionId, number: u64) -> TurnMark {
    let turn = TurnRow {
        at: at(i64::try_from(number).unwrap()),
        ..rows::turn(session, number, 1)
    };
    let mark = TurnMark {
        at: turn.at,
        session_id: session,
        turn: number,
    };
    place.commit(vec![Change::AppendTurn(turn)]).await;
    mark
}

pub(crate) async fn sums_are_told_by_span_bot_and_version(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let first = turn(&place, session.id, 1).await;
    let mut counts = Counters::default();
    let inside = |number| bucket(number).plus(BUCKET / 2);
    counts.add(Counter::Visits, inside(0), BOT, "hello", 1);
    counts.add(Counter::Visits, inside(0), BOT, "hello", 1);
    counts.add(Counter::Visits, inside(1), BOT, "hello", 1);
    counts.add(Counter::Visits, inside(1), ("Intake", 4), "hello", 1);
    counts.add(Counter::Visits, inside(1), ("Survey", 4), "hello", 7);
    counts.add(Counter::Goals, inside(1), BOT, "booked", 1);
    counts.add(Counter::Waiting, inside(1), BOT, "hello", -2);
    let change = Change::CountTurns {
        turns: vec![first],
        counts: counts.clone(),
    };
    place.commit(vec![change]).await;
    let second = turn(&place, session.id, 2).await;
    let again = Change::CountTurns {
        turns: vec![second],
        counts,
    };
    place.commit(vec![again]).await;
    let spans = [
        (bucket(0), bucket(1)),
        (bucket(1), bucket(2)),
        (bucket(2), bucket(9)),
    ];
    let sums = async |counter, spans: &[_], bot, version| {
        let sums = place
            .store
            .counts(place.workspace, counter, spans, bot, version)
            .await;
        sums.unwrap()
    };
    let of_intake = [
        count(bucket(0), "hello", 3, 4),
        count(bucket(1), "hello", 3, 2),
        count(bucket(1), "hello", 4, 2),
    ];
    assert_eq!(
        sums(Counter::Visits, &spans, Some("Intake"), None).await,
        of_intake
    );
    assert_eq!(sums(Counter::Visits, &spans, None, None).await.len(), 4);
    assert_eq!(
        sums(Counter::Visits, &spans, Some("Intake"), Some(4)).await,
        of_intake[2..]
    );
    let whole = [(bucket(0), bucket(9))];
    assert_eq!(
        sums(Counter::Waiting, &whole, None, None).await,
        [count(bucket(0), "hello", 3, -4)]
    );
    assert_eq!(sums(Counter::Visits, &[], None, None).await, []);
}

pub(crate) async fn a_turn_is_counted_once(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let mut turns = Vec::new();
    for number in 1..=70 {
        turns.push(turn(&place, session.id, number).await);
    }
    assert_eq!(place.store.oldest_uncounted().await, Ok(Some(at(1))));
    let uncounted = place.store.uncounted_turns(3).await.unwrap();
    let numbers: Vec<_> = uncounted.iter().map(|it| it.mark.turn).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let bot = (session.function_id.clone(), session.bot_version);
    assert_eq!(uncounted[0].workspace_id, place.workspace);
    assert_eq!(
        (uncounted[0].mark.session_id, uncounted[0].mark.at),
        (session.id, at(1))
    );
    assert_eq!(uncounted[0].bot, Some(bot));
    assert_eq!(uncounted[0].trace, rows::turn(session.id, 1, 1).trace);
    let mut counts = Counters::default();
    counts.add(Counter::Visits, at(0), BOT, "hello", 1);
    let change = |turns: &[_]| {
        vec![Change::CountTurns {
            turns: turns.to_vec(),
            counts: counts.clone(),
        }]
    };
    place.commit(change(&turns[5..])).await;
    // One of them is counted already, so none is, and nothing is added.
    assert_eq!(
        place.conflict(change(&turns[..6])).await,
        what::TURNS_COUNTED
    );
    place.commit(change(&turns[..5])).await;
    assert_eq!(place.store.uncounted_turns(3).await, Ok(vec![]));
    assert_eq!(place.store.oldest_uncounted().await, Ok(None));
    let spans = [(bucket(0), bucket(1))];
    let sums = place
        .store
        .counts(place.workspace, Counter::Visits, &spans, None, None)
        .await;
    assert_eq!(sums, Ok(vec![count(bucket(0), "hello", 3, 2)]));
}

pub(crate) async fn of_two_who_count_the_same_turns_one_wins(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    let other = place.reopened().await;
    let mut expected = 0;
    for number in 1..=20 {
        let turns = vec![turn(&place, session.id, number).await];
        let mut counts = Counters::default();
        counts.add(Counter::Visits, at(0), BOT, "hello", 1);
        let change = || {
            vec![Change::CountTurns {
                turns: turns.clone(),
                counts: counts.clone(),
            }]
        };
        let (a, b) = tokio::join!(
            place.store.commit(place.workspace, change()),
            other.commit(place.workspace, change())
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        expected += 1;
    }
    let spans = [(bucket(0), bucket(1))];
    let sums = other
        .counts(place.workspace, Counter::Visits, &spans, None, None)
        .await;
    assert_eq!(sums, Ok(vec![count(bucket(0), "hello", 3, expected)]));
}

pub(crate) async fn a_turn_that_cannot_be_read_holds_up_nobody(place: Place) {
    let (_, session) = rows::kept_session(&place).await;
    turn(&place, session.id, 1).await;
    place
        .behind("UPDATE turns SET trace = 'nonsense'; DELETE FROM sessions")
        .await;
    let uncounted = place.store.uncounted_turns(3).await.unwrap();
    assert_eq!(
        (&uncounted[0].trace, &uncounted[0].bot),
        (&Value::Null, &None)
    );
}

//! Who talks to the nodes: again and again with the same ids, until they are answered.
use super::node::{Node, State};
use super::world::World;
use serde_json::{Map, Value, json};
use smartbot_app::turns::{Once, Reply, Said, StartSession, StartUser};
use smartbot_app::users::UserKey;
use smartbot_app::users::write::UserPatch;
use smartbot_app::{Caller, Error};
use smartbot_model::SessionId;
use std::rc::Rc;
use std::time::Duration;

/// What one session has heard.
#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) user: String,
    pub(crate) function_id: &'static str,
    pub(crate) key: String,
    pub(crate) session: SessionId,
    pub(crate) started: String,
    /// Id, text and answer of each message.
    pub(crate) said: Vec<(String, String, String)>,
}

fn has_hope(error: &Error) -> bool {
    matches!(
        error,
        Error::Unavailable { .. }
            | Error::Overloaded { .. }
            | Error::Conflict(_)
            | Error::RequestInProgress
    )
}

/// How long an answer of a message waits for an External API.
const WAIT: Duration = Duration::from_secs(5);

impl World {
    /// A node that runs.
    async fn node(&self) -> Node {
        loop {
            let running: Vec<Node> = {
                let nodes = self.nodes.borrow();
                let runs = nodes.iter().filter(|it| it.gate.is(State::Runs));
                runs.cloned().collect()
            };
            if !running.is_empty() {
                let which = self.around.fate.below(running.len() as u64);
                return running[usize::try_from(which).unwrap()].clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks nodes until one answers. A caller that has waited for long goes away and comes back.
    async fn ask(
        &self,
        what: &str,
        call: impl AsyncFn(Node) -> smartbot_app::Result<Reply>,
    ) -> Reply {
        let fate = &self.around.fate;
        loop {
            let patience = Duration::from_secs(1 + fate.below(40));
            let once = async || tokio::time::timeout(patience, call(self.node().await)).await;
            // Somebody is impatient and asks twice at once.
            let answers = if fate.one_in(8) {
                let (left, right) = tokio::join!(once(), once());
                vec![left, right]
            } else {
                vec![once().await]
            };
            let mut replies = Vec::new();
            for answer in answers {
                match answer {
                    Ok(Ok(reply)) => replies.push(reply),
                    Ok(Err(error)) if has_hope(&error) => {}
                    Ok(Err(error)) => panic!("{what}: {error:?}"),
                    Err(_) => {}
                }
            }
            if let Some(reply) = replies.pop() {
                for other in &replies {
                    assert_eq!(other.status, reply.status, "{what}");
                }
                return reply;
            }
            tokio::time::sleep(Duration::from_millis(fate.below(500))).await;
        }
    }

    fn caller(&self) -> Caller {
        Caller::system(self.workspace)
    }

    /// Starts a session, says something some times, and notes all of it.
    pub(crate) async fn talk(
        self: Rc<Self>,
        user: usize,
        session: usize,
        function_id: &'static str,
        messages: usize,
    ) {
        let (user, key) = (format!("user-{user}"), format!("start-{user}-{session}"));
        let started = self.ask("a start", async |node| {
            self.start(&node, function_id, &user, &key).await
        });
        let started = started.await;
        assert_eq!(started.status, 201);
        let body: Value = serde_json::from_str(&started.body).unwrap();
        let id: SessionId = body["session"]["id"].as_str().unwrap().parse().unwrap();
        let place = {
            let mut all = self.conversations.borrow_mut();
            all.push(Conversation {
                user,
                function_id,
                key,
                session: id,
                started: started.body,
                said: Vec::new(),
            });
            all.len() - 1
        };
        for number in 0..messages {
            let (message, text) = (format!("m-{number}"), format!("word {number}"));
            let answer = self.ask("a message", async |node| {
                self.say(&node, id, &message, &text).await
            });
            let answer = answer.await;
            assert_eq!(answer.status, 200);
            let mut all = self.conversations.borrow_mut();
            all[place].said.push((message, text, answer.body));
        }
    }

    pub(crate) async fn start(
        &self,
        node: &Node,
        function_id: &str,
        user: &str,
        key: &str,
    ) -> smartbot_app::Result<Reply> {
        let start = StartSession {
            function_id: function_id.to_owned(),
            user: StartUser {
                external_id: Some(user.to_owned()),
                ..StartUser::default()
            },
            ..StartSession::default()
        };
        let once = Once::request("simulation", key, [1; 32]);
        let app = &node.app;
        app.start_session(&self.caller(), start, Some(once), WAIT)
            .await
    }

    pub(crate) async fn say(
        &self,
        node: &Node,
        session: SessionId,
        message: &str,
        text: &str,
    ) -> smartbot_app::Result<Reply> {
        let (said, id) = (Said::Text(text.to_owned()), Some(message.to_owned()));
        let app = &node.app;
        app.submit_message(&self.caller(), session, said, id, None, WAIT)
            .await
    }

    /// Changes the profile of a user some times, beside the turns.
    pub(crate) async fn change(self: Rc<Self>, user: usize, times: usize) {
        for number in 0..times {
            let key = UserKey::parse(&format!("ext:user-{user}")).unwrap();
            self.ask("a change", async |node| {
                let patch = UserPatch {
                    external_id: None,
                    fields: Map::from_iter([(
                        "user_city".to_owned(),
                        json!(format!("city {number}")),
                    )]),
                };
                let once = format!("change-{user}-{number}");
                let once = Once::request("simulation", &once, [2; 32]);
                match node
                    .app
                    .change_user(&self.caller(), &key, patch, Some(once))
                    .await
                {
                    // The first session has not begun.
                    Err(Error::NotFound(_)) => Err(Error::Conflict(String::new())),
                    other => other,
                }
            })
            .await;
        }
    }
}

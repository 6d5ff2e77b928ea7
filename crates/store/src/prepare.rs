//! From changes to statements: the one place that maps each change to SQL. It runs on the caller's task, sealing included, so that the
//! writer only binds and runs.
use crate::change::Change;
use crate::error::{Error, Result};
use crate::keys::{Keyring, WorkspaceKeys};
use crate::query::Statement;
use crate::seal::{Place, SealingKey};
use crate::{
    agents, answers, bots, browser_sessions, canned_replies, counters, deliveries, desk,
    endpoint_alerts, endpoints, erase, events, fields, files, health, jobs, mails, messages,
    notifications, presence, resends, retention, sessions, tokens, users, workspaces,
};
use smartbot_model::{UserId, WorkspaceId};
use std::collections::HashMap;
use std::sync::Arc;

/// A list of changes on its way to the database.
pub(crate) struct Preparation<'a> {
    pub(crate) workspace: WorkspaceId,
    pub(crate) ring: &'a Keyring,
    pub(crate) keys: Arc<WorkspaceKeys>,
    /// Keys of users that the list speaks of.
    pub(crate) users: HashMap<UserId, Arc<SealingKey>>,
    /// Users that the list makes, whose keys are good once it is committed.
    pub(crate) new_users: Vec<UserId>,
    pub(crate) statements: Vec<Statement>,
}

impl Preparation<'_> {
    pub(crate) fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// A value sealed by the user's key.
    pub(crate) fn by_user(
        &self,
        user: UserId,
        column: &'static str,
        row: &[u8],
        clear: &[u8],
    ) -> Result<Vec<u8>> {
        // It was there when it was read: somebody has erased it meanwhile.
        let key = self
            .users
            .get(&user)
            .ok_or_else(|| Error::conflict(crate::what::NO_USER))?;
        key.seal(
            Place {
                workspace: self.workspace,
                column,
                row,
            },
            clear,
            self.ring.random(),
        )
    }

    /// A value sealed by the workspace's key.
    pub(crate) fn by_workspace(
        &self,
        column: &'static str,
        row: &[u8],
        clear: &[u8],
    ) -> Result<Vec<u8>> {
        self.keys.seal.seal(
            Place {
                workspace: self.workspace,
                column,
                row,
            },
            clear,
            self.ring.random(),
        )
    }

    /// A value sealed by the user's key, or by the workspace's when there is no user.
    pub(crate) fn by_user_or_workspace(
        &self,
        user: Option<UserId>,
        column: &'static str,
        row: &[u8],
        clear: &[u8],
    ) -> Result<Vec<u8>> {
        match user {
            Some(user) => self.by_user(user, column, row, clear),
            None => self.by_workspace(column, row, clear),
        }
    }

    /// Makes the statements of a change.
    pub(crate) fn add(&mut self, change: Change) -> Result<()> {
        match change {
            Change::CreateWorkspace(row) => workspaces::create(self, &row),
            Change::SaveWorkspace {
                workspace,
                expected_version,
            } => workspaces::save(self, &workspace, expected_version),
            Change::InsertAgent(row) => agents::insert(self, &row),
            Change::SaveAgent {
                agent,
                expected_version,
            } => agents::save(self, &agent, expected_version),
            Change::RemoveAgent {
                id,
                expected_version,
            } => {
                agents::remove(self, id, expected_version);
                notifications::forget_agent(self, id);
                mails::forget_agent(self, id);
                Ok(())
            }
            Change::InsertBrowserSession(row) => browser_sessions::insert(self, &row),
            Change::TouchBrowserSession { id, at, expires_at } => {
                browser_sessions::touch(self, id, at, expires_at);
                Ok(())
            }
            Change::EndBrowserSession { id } => {
                browser_sessions::end(self, id);
                Ok(())
            }
            Change::DefineField(field) => fields::define(self, &field),
            Change::Describe {
                what,
                name,
                description,
            } => {
                fields::describe(self, what, &name, &description);
                Ok(())
            }
            Change::Undefine { what, name } => {
                fields::undefine(self, what, &name);
                Ok(())
            }
            Change::DefineFlag { name, at } => {
                fields::define_flag(self, &name, at);
                Ok(())
            }
            Change::DefineGoal { name, at } => {
                fields::define_goal(self, &name, at);
                Ok(())
            }
            Change::InsertBot { bot, tests } => bots::insert(self, bot, tests),
            Change::SaveDraft {
                bot_id,
                expected_revision,
                name,
                document,
                judgement,
                by,
                at,
            } => {
                let save = bots::Save {
                    name,
                    document,
                    judgement,
                    by,
                    at,
                };
                bots::save_draft(self, bot_id, expected_revision, save)
            }
            Change::JudgeDraft {
                bot_id,
                revision,
                judgement,
            } => {
                bots::judge(self, bot_id, revision, judgement);
                Ok(())
            }
            Change::SaveBotTests { bot_id, tests } => {
                bots::save_tests(self, bot_id, tests);
                Ok(())
            }
            Change::SetBotStatus {
                bot_id,
                status,
                by,
                at,
            } => bots::set_status(self, bot_id, status, &by, at),
            Change::SetBotChannel {
                bot_id,
                expected,
                channel,
            } => {
                bots::set_channel(self, bot_id, expected, channel);
                Ok(())
            }
            Change::RemoveBot { bot_id } => {
                bots::remove(self, bot_id);
                Ok(())
            }
            Change::PublishVersion {
                bot_id,
                expected_live,
                expected_revision,
                version,
                changed,
            } => bots::publish(
                self,
                bot_id,
                (expected_live, expected_revision),
                version,
                changed,
            ),
            Change::InsertToken { token, hash } => tokens::insert(self, &token, hash),
            Change::RevokeToken { id, at } => {
                tokens::revoke(self, id, at);
                Ok(())
            }
            Change::TouchToken { id, at } => {
                tokens::touch(self, id, at);
                Ok(())
            }
            Change::InsertEndpoint { endpoint, secrets } => {
                endpoints::insert(self, &endpoint, &secrets)
            }
            Change::SaveEndpoint { endpoint } => endpoints::save(self, &endpoint),
            Change::SaveEndpointSecrets {
                id,
                secrets,
                replaces,
            } => endpoints::save_secrets(self, id, &secrets, replaces),
            Change::RemoveEndpoint { id } => {
                endpoints::remove(self, id);
                Ok(())
            }
            Change::SaveEndpointHealth { id, health } => {
                health::save(self, id, health);
                Ok(())
            }
            Change::ResendDelivery { id, at } => {
                deliveries::resend(self, id, at);
                Ok(())
            }
            Change::InsertResend(row) => {
                resends::insert(self, &row);
                Ok(())
            }
            Change::SaveResend {
                resend,
                expected_looked_at,
            } => {
                resends::save(self, &resend, expected_looked_at);
                Ok(())
            }
            Change::SetSecret { name, value, at } => endpoints::set_secret(self, name, &value, at),
            Change::RemoveSecret { name } => {
                endpoints::remove_secret(self, name);
                Ok(())
            }
            Change::InsertUser(row) => users::insert(self, &row),
            Change::SaveUser {
                user,
                expected_version,
                added_flags,
                removed_flags,
            } => users::save(self, &user, expected_version, added_flags, removed_flags),
            Change::EraseUser {
                id,
                expected_version,
                at,
            } => {
                erase::erase(self, id, expected_version, at);
                Ok(())
            }
            Change::ForgetEvents { ids, until } => {
                retention::forget_events(self, &ids, until);
                Ok(())
            }
            Change::ForgetSession(it) => {
                retention::forget_session(self, it);
                Ok(())
            }
            Change::InsertSession(row) => sessions::insert(self, &row),
            Change::SaveSession {
                session,
                expected_version,
            } => sessions::save(self, &session, expected_version),
            Change::SaveDesk {
                session_id,
                desk: row,
            } => desk::save(self, session_id, &row),
            Change::JoinSession {
                session_id,
                agent_id,
                at,
            } => {
                desk::join(self, session_id, agent_id, at);
                Ok(())
            }
            Change::InsertNote { user_id, note } => desk::insert_note(self, user_id, &note),
            Change::SavePresence { presence, expected } => {
                presence::save(self, &presence, expected);
                Ok(())
            }
            Change::SeeAgent { agent_id, until } => {
                presence::seen(self, agent_id, until);
                Ok(())
            }
            Change::ForgetDeskOfAgent { agent_id } => {
                presence::remove(self, agent_id);
                canned_replies::remove_own(self, agent_id);
                Ok(())
            }
            Change::InsertCannedReply(row) => canned_replies::insert(self, &row),
            Change::SaveCannedReply(row) => canned_replies::save(self, &row),
            Change::RemoveCannedReply { id } => {
                canned_replies::remove(self, id);
                Ok(())
            }
            Change::AppendMessages {
                session_id,
                user_id,
                messages,
            } => messages::append(self, session_id, user_id, &messages),
            Change::AppendTurn(row) => messages::append_turn(self, &row),
            Change::CountTurns { turns, counts } => {
                counters::count(self, &turns, &counts);
                Ok(())
            }
            Change::RecordEvents { user_id, events } => events::record(self, user_id, &events),
            Change::InsertDeliveries(rows) => {
                deliveries::insert(self, &rows);
                Ok(())
            }
            Change::InsertJob(row) => jobs::insert(self, &row),
            Change::FinishJob { id, attempt } => {
                jobs::finish(self, id, attempt);
                Ok(())
            }
            Change::CancelJobs {
                session_id,
                kind,
                numbers,
            } => {
                jobs::cancel(self, session_id, kind, numbers);
                Ok(())
            }
            Change::RetryJob {
                id,
                attempt,
                due_at,
            } => {
                jobs::retry(self, id, attempt, due_at);
                Ok(())
            }
            Change::InsertNotification(row) => notifications::insert(self, &row),
            Change::ReadNotifications { agent_id, id, at } => {
                notifications::read(self, agent_id, id, at);
                Ok(())
            }
            Change::SaveNotificationSettings { agent_id, settings } => {
                notifications::save_settings(self, agent_id, &settings)
            }
            Change::InsertMail(row) => mails::insert(self, &row),
            Change::NoteEndpointAlert(alert) => endpoint_alerts::note(self, &alert),
            Change::TellEndpointAlert(told) => {
                endpoint_alerts::tell(self, &told);
                Ok(())
            }
            Change::InsertFile { file, most } => files::insert(self, &file, most),
            Change::SayFile { session_id, id } => {
                files::say(self, session_id, id);
                Ok(())
            }
            Change::LetFileGo { id } => {
                files::let_go(self, id);
                Ok(())
            }
            Change::ForgetFiles { ids } => {
                files::forget(self, ids);
                Ok(())
            }
            Change::SaveAnswer(row) => answers::save(self, &row),
            Change::CompleteAnswer {
                scope,
                key,
                user_id,
                session_id,
                seq,
                status,
                body,
            } => {
                let answer = answers::Complete {
                    scope,
                    key,
                    user_id,
                    session_id,
                    seq,
                    status,
                    body,
                };
                answers::complete(self, &answer)
            }
            Change::RemoveAnswer { scope, key } => {
                answers::remove(self, scope, &key);
                Ok(())
            }
        }
    }
}

/// The users whose keys a change needs.
pub(crate) fn user_of(change: &Change) -> Option<UserId> {
    match change {
        Change::SaveUser { user, .. } => Some(user.id),
        Change::InsertSession(row) | Change::SaveSession { session: row, .. } => Some(row.user_id),
        Change::AppendMessages { user_id, .. } | Change::InsertNote { user_id, .. } => {
            Some(*user_id)
        }
        Change::InsertJob(row) => Some(row.user_id),
        Change::InsertFile { file, .. } => Some(file.user_id),
        Change::RecordEvents { user_id, .. } | Change::CompleteAnswer { user_id, .. } => *user_id,
        Change::SaveAnswer(row) => row.user_id,
        _ => None,
    }
}

/// The JSON of a value that is kept.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|it| Error::invalid(format!("a value that is no JSON: {it}")))
}

/// The name of a variant, as in JSON.
pub(crate) fn name<T: serde::Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(Error::invalid("a value that has no name")),
    }
}

/// The variant of this name.
pub(crate) fn from_name<T: serde::de::DeserializeOwned>(name: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

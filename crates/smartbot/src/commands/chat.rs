use super::Global;
use super::token::Kind;
use crate::config::Config;
use crate::control::{self, Order, Request as ControlRequest};
use crate::{config, output};
use anyhow::{Context, Result, bail};
use bytes::Bytes;
use clap::Args;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::{Value, json};
use smartbot_egress::{Client, OverLimit, Policy, Request};
use smartbot_model::{SessionId, TokenId};
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

/// Talks to a bot in the terminal, through the API
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  smartbot chat DoctorAppointment --trace\n\nCtrl-D ends the session."
)]
pub(crate) struct Chat {
    /// The bot's short public name
    function_id: String,
    /// Shows the boxes that each turn went through
    #[arg(long)]
    trace: bool,
    /// The server [default: the one of the settings]
    #[arg(long)]
    url: Option<String>,
    /// A bots_management token [default: SMARTBOT_TOKEN, or one made for this chat]
    #[arg(long)]
    token: Option<String>,
    /// Your own id of the user
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

/// How long an answer may take.
const WITHIN: Duration = Duration::from_secs(75);

/// How long the stream is listened to while the bot waits for a call or a timer.
const LISTEN: Duration = Duration::from_secs(120);

struct Api {
    client: Client,
    url: String,
    token: String,
}

impl Api {
    fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_str(&format!("Bearer {}", self.token))
                .context("the token has wrong characters")?,
        );
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/json"),
        );
        Ok(headers)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let request = Request {
            method: Method::POST,
            url: format!("{}{path}", self.url),
            headers: self.headers()?,
            body: body.to_string().into(),
            deadline: WITHIN,
            max_body: 16 * 1024 * 1024,
            over_limit: OverLimit::Fail,
        };
        let answer = self
            .client
            .send(request)
            .await
            .with_context(|| format!("{} does not answer; does the server run?", self.url))?;
        let value: Value =
            serde_json::from_slice(&answer.body).context("the answer is not JSON")?;
        if !answer.status.is_success() {
            bail!(
                "{} ({})",
                super::text(&value, "detail"),
                super::text(&value, "code")
            );
        }
        Ok(value)
    }
}

impl Chat {
    pub(super) async fn run(self, global: &Global) -> Result<ExitCode> {
        let config = Config::load(global, None, &[])?;
        let url = self.url.clone().unwrap_or_else(|| config.url());
        let given = self
            .token
            .clone()
            .or_else(|| config::from_environment("token"));
        let (token, made) = match given {
            Some(token) => (token, None),
            None => {
                let (token, id) = temporary_token(global, &config).await?;
                (token, Some(id))
            }
        };
        let api = Api {
            client: Client::new(Policy::open()).context("the HTTP client cannot be made")?,
            url,
            token,
        };
        let result = self.talk(&api, global, &config).await;
        if let Some(id) = made {
            ask(global, &config, Order::RevokeToken { id }).await?;
        }
        result.map(|()| ExitCode::SUCCESS)
    }

    async fn talk(&self, api: &Api, global: &Global, config: &Config) -> Result<()> {
        let mut user = json!({});
        if let Some(id) = &self.external_id {
            user["external_id"] = json!(id);
        }
        let started = api
            .post(
                "/api/v1/sessions",
                &json!({"function_id": self.function_id, "user": user}),
            )
            .await?;
        let session: SessionId = serde_json::from_value(started["session"]["id"].clone())
            .context("the answer has no session")?;
        let path = format!("/api/v1/sessions/{session}");
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        let mut seen = 0;
        let mut traced = 0;
        let mut answer = started;
        loop {
            show(&answer, &mut seen);
            if self.trace {
                traced = self.show_trace(global, config, session, traced).await?;
            }
            answer["awaiting"] =
                listen_while_busy(api, &path, &answer["awaiting"], &mut seen).await?;
            let awaiting = &answer["awaiting"];
            if awaiting.is_null() {
                output::line("— the session has ended —");
                return Ok(());
            }
            hint(awaiting);
            let Some(line) = read_line(&mut lines).await? else {
                api.post(&format!("{path}/end"), &json!({})).await?;
                return Ok(());
            };
            // The user's own message takes a place.
            seen += 1;
            answer = api
                .post(&format!("{path}/messages"), &body(&line, awaiting))
                .await?;
        }
    }

    async fn show_trace(
        &self,
        global: &Global,
        config: &Config,
        session: SessionId,
        shown: usize,
    ) -> Result<usize> {
        let log = ask(global, config, Order::ChatLog { session }).await.context("--trace reads the chat log from the data folder of the server; name it with --data")?;
        let visits = log["trace"].as_array().cloned().unwrap_or_default();
        for visit in visits.iter().skip(shown) {
            let link = visit["link"]
                .as_u64()
                .map_or_else(|| "start".to_owned(), |it| format!("link {it}"));
            output::line(&output::paint(
                &format!("  · {} ({link})", super::text(visit, "box_id")),
                "90",
            ));
        }
        Ok(visits.len())
    }
}

async fn ask(global: &Global, config: &Config, order: Order) -> Result<Value> {
    control::ask(
        config,
        ControlRequest {
            workspace: global.workspace.clone(),
            order,
        },
    )
    .await
}

async fn temporary_token(global: &Global, config: &Config) -> Result<(String, TokenId)> {
    let order = Order::CreateToken {
        kind: Kind::BotsManagement.into(),
        name: "smartbot chat".into(),
        expires_in: Some(Duration::from_secs(24 * 3_600)),
        read_only: false,
        allow_ips: Vec::new(),
    };
    let made = ask(global, config, order)
        .await
        .context("no token was given, and none could be made; give one with --token")?;
    let token = made["token"]
        .as_str()
        .context("the answer has no token")?
        .to_owned();
    Ok((token, serde_json::from_value(made["id"].clone())?))
}

async fn read_line(lines: &mut Lines<BufReader<Stdin>>) -> Result<Option<String>> {
    loop {
        let mut out = std::io::stdout().lock();
        let _ = write!(out, "> ").and_then(|()| out.flush());
        drop(out);
        match lines.next_line().await? {
            None => return Ok(None),
            Some(line) if line.trim().is_empty() => {}
            Some(line) => return Ok(Some(line)),
        }
    }
}

/// A number picks the choice with it; all else is what the user says.
fn body(line: &str, awaiting: &Value) -> Value {
    let picked = line
        .trim()
        .parse::<usize>()
        .ok()
        .and_then(|it| awaiting["choices"].get(it.checked_sub(1)?));
    match picked {
        Some(choice) => json!({"choice": choice["value"]}),
        None => json!({"text": line}),
    }
}

/// Prints what others said that was not printed yet.
fn show(answer: &Value, seen: &mut u64) {
    for message in answer["messages"].as_array().into_iter().flatten() {
        show_message(message, seen);
    }
}

fn show_message(message: &Value, seen: &mut u64) {
    let seq = message["seq"].as_u64().unwrap_or(0);
    if seq <= *seen {
        return;
    }
    *seen = seq;
    if message["from"] == "user" {
        return;
    }
    let media = message["media"]["url"]
        .as_str()
        .map_or_else(String::new, |it| format!(" [{it}]"));
    output::line(&format!(
        "{}{media}",
        output::paint(&super::text(message, "text"), "36")
    ));
}

fn hint(awaiting: &Value) {
    if awaiting["kind"] == "agent" {
        output::line("— waiting for a person; what you write is kept for them —");
    }
    for (number, choice) in awaiting["choices"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        output::line(&format!(
            "  {}. {}",
            number + 1,
            super::text(choice, "label")
        ));
    }
}

/// Follows the stream while the bot waits for a call or a timer. Answers what it waits for then.
async fn listen_while_busy(
    api: &Api,
    path: &str,
    awaiting: &Value,
    seen: &mut u64,
) -> Result<Value> {
    let is_busy = |it: &Value| it["kind"] == "api" || it["kind"] == "timer";
    if !is_busy(awaiting) {
        return Ok(awaiting.clone());
    }
    let mut headers = api.headers()?;
    headers.insert("last-event-id", HeaderValue::from(*seen));
    let request = Request {
        method: Method::GET,
        url: format!("{}{path}/stream", api.url),
        headers,
        body: Bytes::new(),
        deadline: WITHIN,
        max_body: usize::MAX,
        over_limit: OverLimit::Cut,
    };
    let mut stream = api
        .client
        .open(request)
        .await
        .context("the stream cannot be opened")?;
    let mut text = String::new();
    let mut now = awaiting.clone();
    let until = tokio::time::Instant::now() + LISTEN;
    while let Ok(chunk) = tokio::time::timeout_at(until, stream.next_chunk()).await {
        let Some(chunk) = chunk.context("the stream broke off")? else {
            break;
        };
        text.push_str(&String::from_utf8_lossy(&chunk));
        while let Some(end) = text.find("\n\n") {
            let block: String = text.drain(..end + 2).collect();
            let line = |name: &str| {
                block
                    .lines()
                    .find_map(|it| it.strip_prefix(name))
                    .map(str::trim)
            };
            let data: Value = line("data:")
                .and_then(|it| serde_json::from_str(it).ok())
                .unwrap_or_default();
            match line("event:") {
                Some("message") => show_message(&data, seen),
                Some("status") => now = data["awaiting"].clone(),
                _ => {}
            }
        }
        if !is_busy(&now) {
            break;
        }
    }
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_pick_choices() {
        let awaiting = json!({"kind": "multiple_choice", "choices": [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]});
        assert_eq!(body("2", &awaiting), json!({"choice": "b"}));
        assert_eq!(body("3", &awaiting), json!({"text": "3"}));
        assert_eq!(body("0", &awaiting), json!({"text": "0"}));
        assert_eq!(
            body("hello", &json!({"kind": "text"})),
            json!({"text": "hello"})
        );
    }
}

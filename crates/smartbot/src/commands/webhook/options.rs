//! What one may choose for an endpoint, as it is written on the command line.
use crate::commands::token;
use clap::{Args, ValueEnum};
use smartbot_app::clock::SystemClock;
use smartbot_app::delivery::endpoints::EndpointOptions;
use smartbot_model::time::Clock as _;
use smartbot_model::webhook::{
    DEFAULT_TIMEOUT_SECONDS, EventFilter, EventSelection, OrderedBy, PayloadDetail, Signature,
};
use smartbot_model::{EventType, Time};
use std::time::Duration;

/// What most endpoints leave as it is.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The events of one user arrive one after the other
    #[arg(long, value_name = "WHAT", value_parser = ["user"])]
    ordered_by: Option<String>,
    /// The most deliveries a second
    #[arg(long, value_name = "N")]
    rate: Option<u32>,
    /// How many seconds one try may take
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TIMEOUT_SECONDS)]
    timeout: u32,
    /// Only events of these bots, with commas
    #[arg(long, value_name = "FUNCTION_IDS", value_delimiter = ',')]
    only_bots: Vec<String>,
    /// Only events about users who carry one of these flags, with commas
    #[arg(long, value_name = "FLAGS", value_delimiter = ',')]
    only_flags: Vec<String>,
    /// A header that every delivery carries: 'NAME: VALUE'; may be given several times
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
    /// How deliveries are signed
    #[arg(long, default_value = "v1")]
    signature: SignatureName,
    /// The secret to sign with, `whsec_` and base64; one is made unless given
    #[arg(long)]
    pub(super) secret: Option<String>,
    /// Sends a test event at once and shows the answer
    #[arg(long)]
    pub(super) check: bool,
}

impl Options {
    pub(super) fn into_options(self) -> EndpointOptions {
        EndpointOptions {
            filter: EventFilter {
                function_ids: self.only_bots,
                flags: self.only_flags,
            },
            ordered_by: self.ordered_by.map(|_| OrderedBy::User),
            rate_per_second: self.rate,
            timeout_seconds: self.timeout,
            signature: self.signature.into(),
            headers: self.headers,
        }
    }
}

/// How deliveries are signed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SignatureName {
    /// HMAC-SHA256 with the secret
    V1,
    /// Ed25519
    V1a,
    /// Both, while a receiver changes over
    Both,
}

impl From<SignatureName> for Signature {
    fn from(name: SignatureName) -> Self {
        match name {
            SignatureName::V1 => Self::V1,
            SignatureName::V1a => Self::V1a,
            SignatureName::Both => Self::Both,
        }
    }
}

/// How much of an event is sent.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Detail {
    /// Everything but fields marked sensitive
    Full,
    /// Ids and names only
    IdsOnly,
}

impl From<Detail> for PayloadDetail {
    fn from(detail: Detail) -> Self {
        match detail {
            Detail::Full => Self::Full,
            Detail::IdsOnly => Self::IdsOnly,
        }
    }
}

pub(super) fn selection(text: &str) -> Result<EventSelection, String> {
    if text == "all" {
        return Ok(EventSelection::ALL);
    }
    let types = text.split(',').map(|it| {
        EventType::parse(it.trim())
            .ok_or_else(|| format!("there is no event type {it}; see /schemas/events.json"))
    });
    types
        .collect::<Result<Vec<_>, _>>()
        .map(EventSelection::Some)
}

pub(super) fn event_type(text: &str) -> Result<EventType, String> {
    EventType::parse(text)
        .ok_or_else(|| format!("there is no event type {text}; see /schemas/events.json"))
}

/// `now`, or a span like `24h`.
pub(super) fn overlap(text: &str) -> Result<Duration, String> {
    if text == "now" {
        return Ok(Duration::ZERO);
    }
    token::duration(text)
}

/// A time, or how long ago it was.
pub(super) fn moment(text: &str) -> Result<Time, String> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(Time::from_micros(at.as_microsecond()));
    }
    let ago = token::duration(text)
        .map_err(|_| "give a time like 2026-11-24T08:00:00Z, or how long ago: 2h".to_owned())?;
    Ok(SystemClock.now().minus(ago))
}

pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| "write it like 'x-api-key: abc'".to_owned())?;
    Ok((name.trim().to_lowercase(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selections_are_read() {
        assert_eq!(selection("all"), Ok(EventSelection::ALL));
        assert_eq!(
            selection("flag.assigned, box.reached"),
            Ok(EventSelection::Some(vec![
                EventType::FlagAssigned,
                EventType::BoxReached
            ]))
        );
        assert!(selection("flag.asigned").is_err());
    }
}

//! What one may change about an endpoint, as it is written on the command line.
use super::options::{Detail, SignatureName, header, selection};
use crate::orders::webhook::WebhookOrder;
use clap::Args;
use smartbot_app::delivery::endpoints::EndpointChange;
use smartbot_model::EndpointId;
use smartbot_model::webhook::{EventSelection, OrderedBy};

/// What is to be different; what is not named stays.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Changes {
    /// Where events are posted to
    #[arg(long)]
    url: Option<String>,
    /// Types with commas, or `all`: all types, also future ones, save message.*
    #[arg(long, value_parser = selection)]
    events: Option<EventSelection>,
    /// How much of an event is sent
    #[arg(long)]
    detail: Option<Detail>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    /// The events of one user arrive one after the other; `none` for as fast as possible
    #[arg(long, value_name = "WHAT", value_parser = ["user", "none"])]
    ordered_by: Option<String>,
    /// The most deliveries a second; `none` for as many as go
    #[arg(long, value_name = "N", value_parser = rate)]
    rate: Option<Rate>,
    /// How many seconds one try may take
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u32>,
    /// Only events of these bots, with commas; '' for those of all
    #[arg(long, value_name = "FUNCTION_IDS")]
    only_bots: Option<String>,
    /// Only events about users who carry one of these flags, with commas; '' for all users
    #[arg(long, value_name = "FLAGS")]
    only_flags: Option<String>,
    /// A header that every delivery carries: 'NAME: VALUE'; may be given several times, others stay
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
    /// A header that no delivery carries any more; may be given several times
    #[arg(long, value_name = "NAME")]
    remove_header: Vec<String>,
    /// How deliveries are signed
    #[arg(long)]
    signature: Option<SignatureName>,
}

/// A rate, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rate(Option<u32>);

fn rate(text: &str) -> Result<Rate, String> {
    if text == "none" {
        return Ok(Rate(None));
    }
    let number = text.parse();
    number
        .map(|it| Rate(Some(it)))
        .map_err(|_| "give a number, or none".to_owned())
}

fn names(text: &str) -> Vec<String> {
    let names = text.split(',').map(str::trim);
    names
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

impl Changes {
    pub(super) fn into_order(self, id: EndpointId) -> WebhookOrder {
        let set = self.headers.into_iter().map(|it| (it.0, Some(it.1)));
        let removed = self.remove_header.into_iter();
        let removed = removed.map(|it| (it.trim().to_lowercase(), None));
        let change = EndpointChange {
            url: self.url,
            description: self.description,
            events: self.events,
            detail: self.detail.map(Into::into),
            ordered_by: self
                .ordered_by
                .map(|it| (it == "user").then_some(OrderedBy::User)),
            rate_per_second: self.rate.map(|it| it.0),
            timeout_seconds: self.timeout,
            signature: self.signature.map(Into::into),
            headers: removed.chain(set).collect(),
            ..EndpointChange::default()
        };
        WebhookOrder::Update {
            id,
            change,
            only_bots: self.only_bots.as_deref().map(names),
            only_flags: self.only_flags.as_deref().map(names),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_nothing_are_told_apart() {
        assert_eq!(rate("none"), Ok(Rate(None)));
        assert_eq!(rate("20"), Ok(Rate(Some(20))));
        assert!(rate("fast").is_err());
        assert_eq!(names(""), Vec::<String>::new());
        assert_eq!(names("vip, new"), ["vip", "new"]);
    }

    #[test]
    fn what_becomes_none_survives_the_way_to_the_server() {
        let change = EndpointChange {
            ordered_by: Some(None),
            rate_per_second: Some(None),
            headers: vec![("x-old".into(), None)],
            ..EndpointChange::default()
        };
        let sent = serde_json::to_string(&change).unwrap();
        assert_eq!(
            serde_json::from_str::<EndpointChange>(&sent).unwrap(),
            change
        );
        let nothing = EndpointChange::default();
        let sent = serde_json::to_string(&nothing).unwrap();
        assert_eq!(
            serde_json::from_str::<EndpointChange>(&sent).unwrap(),
            nothing
        );
    }
}

//! Reports, from counters alone: how long history is does not matter to them.
use crate::{App, Error, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};
use smartbot_model::report::{BoxCount, GoalCount, Report, Volume};
use smartbot_model::{Time, WorkspaceId};
use smartbot_store::{BUCKET, Count, Counter, EVENT_HORIZON};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many days a report covers at the most.
pub const MAX_DAYS: usize = 366;

/// How many days a report covers unless it is said.
const DAYS: i64 = 30;

/// How long a user must have been silent to have dropped out.
pub const SILENCE: Duration = Duration::from_mins(30);

/// What a report is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportFilter {
    /// The first day, in the time zone of the workspace; 29 days before the last unless given.
    pub from: Option<Date>,
    /// The last day; today unless given.
    pub to: Option<Date>,
    /// Only this bot.
    pub function_id: Option<String>,
    /// Only this version.
    pub version: Option<u32>,
}

/// The days of a report, each with the instants where it begins and where the next one does.
struct Days {
    list: Vec<(Date, (Time, Time))>,
    to: Date,
    time_zone: String,
    counted_until: Time,
}

impl Days {
    fn of(
        filter: &ReportFilter,
        zone: &TimeZone,
        time_zone: &str,
        now: Time,
        counted_until: Time,
    ) -> Result<Self> {
        let wrong = |name: &str, message: String| Error::invalid(name, "invalid_value", message);
        let to = filter
            .to
            .unwrap_or_else(|| now.to_jiff().to_zoned(zone.clone()).date());
        let from = match filter.from {
            Some(from) => from,
            None => to.saturating_sub((DAYS - 1).days()),
        };
        if from > to {
            return Err(wrong("from", "from is a day no later than to.".into()));
        }
        let mut list = Vec::new();
        let mut day = from;
        while day <= to {
            if list.len() == MAX_DAYS {
                let message = format!("A report covers {MAX_DAYS} days at the most.");
                return Err(wrong("from", message));
            }
            let next = day.checked_add(Span::new().days(1));
            let begins = |day: Date| day.to_zoned(zone.clone()).map(|it| it.timestamp().into());
            let (Ok(next), Ok(begin)) = (next, begins(day)) else {
                return Err(wrong("to", "to is a day of this age.".into()));
            };
            let end = begins(next).map_err(|_| wrong("to", "to is a day of this age.".into()))?;
            list.push((day, (begin, end)));
            day = next;
        }
        Ok(Self {
            list,
            to,
            time_zone: time_zone.to_owned(),
            counted_until,
        })
    }

    fn report<T>(self, data: Vec<T>) -> Report<T> {
        Report {
            from: self.list.first().map_or(self.to, |it| it.0),
            to: self.to,
            time_zone: self.time_zone,
            counted_until: self.counted_until,
            data,
        }
    }

    fn spans(&self) -> Vec<(Time, Time)> {
        self.list.iter().map(|it| it.1).collect()
    }

    fn day(&self, begin: Time) -> Option<Date> {
        let found = self.list.iter().find(|it| it.1.0 == begin);
        found.map(|it| it.0)
    }

    /// From the beginning of the first to the end of the last.
    fn all(&self) -> (Time, Time) {
        let begin = self.list.first().map_or(Time::default(), |it| it.1.0);
        (begin, self.list.last().map_or(begin, |it| it.1.1))
    }
}

impl App {
    async fn days(&self, workspace: WorkspaceId, filter: &ReportFilter) -> Result<Days> {
        let known = self.workspace(workspace).await?;
        // Read before the counts: what is counted meanwhile is not claimed. A turn that just happened may not be committed yet.
        let now = self.now();
        let oldest = self.store.oldest_uncounted().await?;
        let counted_until = oldest.unwrap_or(now).min(now.minus(EVENT_HORIZON));
        let time_zone = &known.settings.time_zone;
        Days::of(filter, &known.zone, time_zone, now, counted_until)
    }

    async fn sums(
        &self,
        workspace: WorkspaceId,
        counter: Counter,
        spans: &[(Time, Time)],
        filter: &ReportFilter,
    ) -> Result<Vec<Count>> {
        let function_id = filter.function_id.as_deref();
        let counts = self
            .store
            .counts(workspace, counter, spans, function_id, filter.version)
            .await?;
        Ok(counts)
    }

    /// How often each goal was reached, by day and bot.
    pub async fn goals_report(
        &self,
        workspace: WorkspaceId,
        filter: &ReportFilter,
    ) -> Result<Report<GoalCount>> {
        let days = self.days(workspace, filter).await?;
        let mut sums: BTreeMap<(Date, String, String), i64> = BTreeMap::new();
        for it in self
            .sums(workspace, Counter::Goals, &days.spans(), filter)
            .await?
        {
            if let Some(day) = days.day(it.from) {
                *sums.entry((day, it.function_id, it.name)).or_default() += it.count;
            }
        }
        let show = |((day, function_id, goal), count)| GoalCount {
            day,
            function_id,
            goal,
            count,
        };
        let data = sums.into_iter().map(show).collect();
        Ok(days.report(data))
    }

    /// What became of the sessions that came to each box, by bot and version.
    pub async fn boxes_report(
        &self,
        workspace: WorkspaceId,
        filter: &ReportFilter,
    ) -> Result<Report<BoxCount>> {
        let days = self.days(workspace, filter).await?;
        let (begin, end) = days.all();
        let silent = self.now().minus(SILENCE + BUCKET);
        let silent = silent.clamp(begin, end);
        let mut boxes: BTreeMap<(String, u32, String), BoxCount> = BTreeMap::new();
        type Place = fn(&mut BoxCount) -> &mut i64;
        let parts: [(Counter, (Time, Time), Place); 6] = [
            (Counter::Visits, (begin, end), |it| &mut it.visits),
            (Counter::Completed, (begin, end), |it| &mut it.completed),
            (Counter::HandedOff, (begin, end), |it| &mut it.handed_off),
            (Counter::Ended, (begin, end), |it| &mut it.drop_outs),
            (Counter::Waiting, (begin, silent), |it| &mut it.drop_outs),
            (Counter::Waiting, (silent, end), |it| &mut it.waiting),
        ];
        for (counter, span, place) in parts {
            for it in self.sums(workspace, counter, &[span], filter).await? {
                let key = (it.function_id, it.version, it.name);
                let entry = boxes.entry(key).or_default();
                // Sessions that began before there were counters leave boxes that they never came to.
                *place(entry) += it.count.max(0);
            }
        }
        let show = |((function_id, version, box_id), counts): (_, BoxCount)| BoxCount {
            function_id,
            version,
            box_id,
            ..counts
        };
        let data = boxes.into_iter().map(show);
        let data = data
            .filter(|it| it.visits + it.completed + it.handed_off + it.drop_outs + it.waiting > 0);
        let data = data.collect();
        Ok(days.report(data))
    }

    /// How many sessions began and ended and how many messages were written, by day and bot.
    pub async fn volumes_report(
        &self,
        workspace: WorkspaceId,
        filter: &ReportFilter,
    ) -> Result<Report<Volume>> {
        let days = self.days(workspace, filter).await?;
        let mut sums: BTreeMap<(Date, String), Volume> = BTreeMap::new();
        type Place = fn(&mut Volume) -> &mut i64;
        let parts: [(Counter, Place); 5] = [
            (Counter::SessionsStarted, |it| &mut it.sessions_started),
            (Counter::SessionsEnded, |it| &mut it.sessions_ended),
            (Counter::MessagesFromUsers, |it| &mut it.messages_from_users),
            (Counter::MessagesFromBots, |it| &mut it.messages_from_bots),
            (Counter::MessagesFromAgents, |it| {
                &mut it.messages_from_agents
            }),
        ];
        for (counter, place) in parts {
            for it in self.sums(workspace, counter, &days.spans(), filter).await? {
                let Some(day) = days.day(it.from) else {
                    continue;
                };
                let key = (day, it.function_id.clone());
                let entry = sums.entry(key).or_insert_with(|| Volume {
                    day,
                    function_id: it.function_id,
                    sessions_started: 0,
                    sessions_ended: 0,
                    messages_from_users: 0,
                    messages_from_bots: 0,
                    messages_from_agents: 0,
                });
                *place(entry) += it.count;
            }
        }
        let data = sums.into_values().collect();
        Ok(days.report(data))
    }
}

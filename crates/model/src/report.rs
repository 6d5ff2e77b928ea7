//! Reports: sums of counters over days of the workspace's time zone.
use crate::Time;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A report over some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Report<T> {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-11-01")]
    pub from: Date,
    /// The last day, which is included.
    #[schema(value_type = String, format = Date, example = "2026-11-30")]
    pub to: Date,
    /// The time zone of the workspace, in which days begin and end.
    #[schema(example = "America/New_York")]
    pub time_zone: String,
    /// Everything that happened before is counted. Usually a few seconds ago.
    pub counted_until: Time,
    /// The counts; what did not happen is absent.
    pub data: Vec<T>,
}

/// How often a goal was reached on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GoalCount {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2026-11-22")]
    pub day: Date,
    /// The bot.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// The goal.
    #[schema(example = "appointment_booked")]
    pub goal: String,
    /// How often it was reached.
    #[schema(example = 12)]
    pub count: i64,
}

/// What became of the sessions that came to a box.
///
/// A session has *dropped out* in the box that it visited last when it ended there in another way than by completing its flow or being
/// given to agents, or when its user has been silent there for 30 minutes (to the quarter of an hour). It is counted at the time of its newest
/// turn, and no longer once the user goes on after all. A session that waits for a time to come (`wait`) is not silent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BoxCount {
    /// The bot that the box belongs to.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// Its version.
    #[schema(example = 3)]
    pub version: u32,
    /// The box.
    #[schema(example = "when")]
    pub box_id: String,
    /// How often it was entered.
    #[schema(example = 120)]
    pub visits: i64,
    /// How many sessions came to the end of their flow there.
    #[schema(example = 0)]
    pub completed: i64,
    /// How many sessions were given to agents there.
    #[schema(example = 2)]
    pub handed_off: i64,
    /// How many sessions dropped out there.
    #[schema(example = 17)]
    pub drop_outs: i64,
    /// How many sessions stand there whose user has been silent for less than that.
    #[schema(example = 1)]
    pub waiting: i64,
}

/// How much was said on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Volume {
    /// The day.
    #[schema(value_type = String, format = Date, example = "2026-11-22")]
    pub day: Date,
    /// The bot that was invoked.
    #[schema(example = "DoctorAppointment")]
    pub function_id: String,
    /// How many sessions began.
    #[schema(example = 40)]
    pub sessions_started: i64,
    /// How many sessions ended, in whatever way.
    #[schema(example = 31)]
    pub sessions_ended: i64,
    /// How many messages users wrote.
    #[schema(example = 210)]
    pub messages_from_users: i64,
    /// How many messages bots wrote.
    #[schema(example = 388)]
    pub messages_from_bots: i64,
    /// How many messages agents wrote.
    #[schema(example = 0)]
    pub messages_from_agents: i64,
}

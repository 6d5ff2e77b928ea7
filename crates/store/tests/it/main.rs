//! Conformance: every test is written once and runs on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

mod agents;
mod backlog;
mod backups;
mod bots;
mod chat_logs;
mod checks;
mod claims;
mod counters;
mod desk;
mod endpoint_alerts;
mod erasing;
mod events;
mod files;
mod group;
mod notifications;
mod outgoing;
mod place;
mod recent;
mod retention;
mod rows;
mod schema;
mod sealing;
mod sessions;
mod users;
mod whole;
mod workspaces;

use place::Place;
use std::future::Future;
use std::pin::Pin;

type Test = fn(Place) -> Pin<Box<dyn Future<Output = ()>>>;

/// Each test on both databases, and all of them as a list.
macro_rules! on_both {
    ($($module:ident: $($name:ident),+;)+) => {
        mod sqlite {$( mod $module {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::$module::$name(crate::Place::sqlite().await).await;
            }
        )+} )+}
        mod postgres {$( mod $module {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::$module::$name(crate::Place::postgres().await).await;
            }
        )+} )+}
        const TESTS: &[Test] = &[$($(|place| Box::pin($module::$name(place)),)+)+];
    };
}

on_both! {
    workspaces: a_workspace_comes_back_as_it_was, two_workspaces_cannot_share_a_name, a_stale_workspace_is_not_saved,
        definitions_are_kept_once, definitions_are_described_and_removed,
        a_token_is_found_by_its_hash, an_endpoint_comes_back_as_it_was, a_secret_is_replaced_and_removed,
        what_belongs_to_another_workspace_does_not_exist, a_mac_depends_on_workspace_label_and_data;
    agents: an_agent_is_found_by_address_whatever_its_case, an_agent_is_saved_and_removed_as_it_was_read,
        two_agents_cannot_share_an_address, agents_come_in_pages, agents_from_before_sign_in_are_found_after_a_start,
        a_browser_session_is_found_touched_and_ended, failures_to_sign_in_are_counted_once_each;
    retention: what_is_old_goes_and_what_is_young_stays, a_session_that_moved_on_stays, a_portion_is_no_larger_than_asked_for;
    bots: a_bot_comes_back_as_it_was, two_bots_cannot_share_a_function_id, a_stale_draft_is_not_saved, a_published_version_is_live,
        of_two_publications_at_once_one_wins, a_draft_is_judged_unless_it_is_another_by_now,
        versions_are_listed_with_the_sessions_that_are_open_on_them,
        an_archived_bot_is_not_live_and_goes_when_nobody_chatted_with_it, a_channel_is_changed_by_one_at_a_time, transcripts_are_kept_beside_the_draft;
    users: a_user_comes_back_as_it_was, a_user_is_found_by_what_is_unique_or_shared, two_users_cannot_share_an_external_id,
        a_stale_user_is_not_saved, flags_come_and_go, a_flag_with_a_space_is_refused, users_are_listed_by_filter_and_page;
    erasing: nothing_of_an_erased_user_is_left, erasing_spares_others, an_erasure_that_comes_too_late_erases_nothing,
        what_was_read_before_an_erasure_is_not_kept_after_it;
    sessions: a_session_comes_back_as_it_was, a_turn_is_read_at_once, a_stale_session_is_not_saved, a_session_keeps_its_user,
        messages_come_in_order_after_a_seq, a_seq_is_taken_once, more_messages_than_fit_in_a_statement_are_kept, an_answer_is_kept_once,
        an_answer_is_completed_once, answers_are_forgotten_when_their_time_is_over, texts_with_a_nul_are_refused_where_they_stand_in_clear,
        something_of_an_unknown_user_is_refused;
    desk: where_a_session_stands_with_agents_comes_back, sessions_are_listed_and_counted_by_who_has_them_and_who_sees_them,
        what_is_put_aside_has_a_list_and_a_count_of_its_own, who_has_a_chat_is_found_with_what_it_takes_to_have_it, who_took_part_and_what_was_noted_is_kept,
        the_newest_messages_of_several_sessions_are_read_together, presence_is_saved_by_whoever_knows_what_was_told,
        canned_replies_are_everybodys_or_an_agents_own;
    events: events_come_in_order_after_an_id, a_sequence_is_taken_once_per_subject, the_feed_stays_behind_what_is_on_its_way,
        an_event_of_an_erased_user_stands_in_the_feed_without_data, deliveries_are_listed_by_filter,
        attempts_are_kept_with_a_part_of_the_answer;
    chat_logs: chat_logs_are_found_by_each_filter, a_common_flag_is_found_too, heads_show_a_session_and_its_user_in_short,
        many_sessions_are_read_at_once, what_an_erased_user_said_is_absent;
    counters: sums_are_told_by_span_bot_and_version, a_turn_is_counted_once, of_two_who_count_the_same_turns_one_wins,
        a_turn_that_cannot_be_read_holds_up_nobody;
    claims: due_jobs_are_claimed_exactly_once_by_racing_workers, a_job_comes_back_after_its_lease, a_late_worker_cannot_finish_a_job,
        cancelled_jobs_are_gone, only_the_asked_kinds_are_claimed, deliveries_are_claimed_exactly_once_by_racing_workers,
        a_delivery_comes_back_after_its_lease, a_late_worker_changes_no_delivery, deliveries_wait_for_endpoints_that_are_not_active,
        what_is_given_back_is_due_at_once, an_outcome_decides_what_becomes_of_a_delivery,
        what_cannot_be_opened_holds_up_nobody, what_a_dead_process_had_claimed_is_due_again;
    group: all_of_a_list_is_kept_or_nothing, a_failing_list_does_not_harm_the_others, producers_lose_nothing_and_keep_their_order,
        racing_turns_of_one_session_have_one_winner, a_full_queue_refuses_and_loses_nothing, what_was_acknowledged_survives_a_crash,
        a_closed_store_refuses;
    outgoing: endpoints_are_asked_one_by_one, a_delivery_may_be_made_as_its_first_attempt, ordered_deliveries_go_one_after_the_other,
        those_that_were_held_go_on_when_the_one_before_them_is_sent_by_hand,
        a_delivery_is_sent_again_from_the_start_of_the_schedule, a_run_goes_on_once_for_each_portion, runs_beyond_a_few_stand_in_line,
        the_health_of_an_endpoint_is_kept_while_it_fails, a_removed_endpoint_leaves_nothing;
    recent: what_is_remembered_is_what_is_kept, what_was_just_written_is_not_read_again;
    sealing: no_planted_text_is_found_in_the_database, a_value_moved_to_another_row_does_not_open, a_changed_value_does_not_open,
        a_wrong_master_key_is_noticed_at_open, keys_are_read_again_by_another_process, without_its_key_a_user_is_gone;
    checks: a_database_as_it_should_be_passes, what_is_missing_is_told, what_contradicts_itself_is_told, gaps_in_numbers_are_told,
        every_sealed_column_that_does_not_open_is_told, what_rows_are_found_by_is_looked_at, the_schema_is_looked_at,
        an_erased_user_is_as_it_should_be, a_wrong_master_key_checks_nothing;
    files: a_file_comes_back_as_it_was_and_is_said_once, what_is_gone_is_told_until_it_is_forgotten, a_content_opens_as_this_file_only,
        a_file_whose_content_is_missing_is_told, a_content_of_which_no_row_knows_is_told,
        a_session_has_no_more_files_than_it_may, which_files_have_rows_is_known;
    endpoint_alerts: what_is_to_be_told_of_an_endpoint_is_counted_until_one_tells_it, a_notification_and_a_mail_may_be_about_an_endpoint,
        nothing_is_to_be_told_of_an_endpoint_that_is_gone;
    notifications: what_an_agent_is_told_is_listed_until_it_is_read_or_old, settings_of_an_agent_are_replaced,
        mails_are_claimed_once_and_again_after_their_lease, nothing_is_left_of_an_agent_who_goes;
    backlog: what_waits_is_counted_and_the_oldest_is_given_up_first, what_is_being_sent_is_not_given_up;
    backups: who_has_no_key_can_be_erased;
    schema: a_database_is_migrated_once, two_nodes_may_start_at_once, a_database_of_a_newer_program_is_refused;
}

/// Runs everything once more, in order: only then is it known that no query is left.
#[tokio::test(flavor = "multi_thread")]
async fn every_query_is_run_by_a_test() {
    for test in TESTS {
        test(Place::sqlite().await).await;
    }
    let unused: Vec<_> = smartbot_store::query_runs()
        .filter(|(_, runs)| *runs == 0)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(unused, Vec::<&str>::new());
}

//! Ranges of times, which count as their start.

use super::Candidate;

/// Joins "2 and 4 pm", "9-11" and "from 2 to 4pm" into their start.
pub(super) fn join_ranges(text: &str, candidates: &mut Vec<Candidate>) {
    let mut at = 0;
    while at + 1 < candidates.len() {
        let (first, second) = (candidates[at].clone(), candidates[at + 1].clone());
        let between = text
            .get(first.clock.span.end..second.clock.span.start)
            .unwrap_or("?")
            .trim();
        let lead = text[first.clock.span.clone()].trim_start();
        let between_words = ["between", "entre", "zwischen"]
            .iter()
            .any(|word| lead.starts_with(word));
        let mut link = matches!(
            between,
            "-" | "–"
                | "—"
                | "to"
                | "until"
                | "till"
                | "a"
                | "hasta"
                | "bis"
                | "até"
                | "ate"
                | "til"
        );
        link |= between_words && matches!(between, "and" | "y" | "und" | "e" | "");
        // The second may have swallowed its own link as a lead: "bis 4", "until 4".
        let second_lead = text[second.clock.span.clone()].trim_start();
        link |= between.is_empty()
            && ["until", "till", "bis", "até", "a la", "y la", "e "]
                .iter()
                .any(|word| second_lead.starts_with(word));
        let counted = second.counted && !first.strong;
        if !link || counted || !(first.strong || second.strong) {
            at += 1;
            continue;
        }
        let mut clock = first.clock.clone();
        clock.span.end = second.clock.span.end;
        if first.half.is_none() && !clock.fixed && clock.hour <= 12 && second.half.is_some() {
            let base = clock.hour % 12;
            let late = second.clock.hour >= 12;
            // The start takes the end's half of the day unless that puts it behind the end.
            let same = base + if late { 12 } else { 0 };
            clock.hour = if (same, clock.minute) < (second.clock.hour, second.clock.minute) {
                same
            } else {
                (same + 12) % 24
            };
            clock.fixed = true;
        }
        candidates[at] = Candidate {
            clock,
            half: first.half.or(second.half),
            strong: true,
            counted: false,
        };
        candidates.remove(at + 1);
    }
}

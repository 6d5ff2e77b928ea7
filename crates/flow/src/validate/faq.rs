//! What FAQ bots name, and who names FAQ bots.
use super::{Known, Validator};
use crate::{Finding, FindingCode, boxes::Use, context::IDENTITY};
use smartbot_model::field::built_in;

pub(super) fn check(it: &mut Validator<'_>, known: &Known<'_>) {
    answers(it, known);
    let lacks = |id: &str| {
        let other = id != it.doc.function_id;
        other
            && known
                .faq_bots
                .is_some_and(|all| !all.iter().any(|it| it == id))
    };
    let unknown = |id: &str| format!("The workspace has no FAQ bot `{id}`.");
    let mut found = vec![];
    if let Some(catch_all) = &it.doc.catch_all
        && lacks(&catch_all.function_id)
    {
        let message = unknown(&catch_all.function_id);
        found.push(Finding::new(FindingCode::UnknownBot, message).at("/catch_all/function_id"));
    }
    for (at, doc) in it.doc.boxes.iter().enumerate() {
        let Some(read) = doc.read.as_deref() else {
            continue;
        };
        read.settings.as_box().uses(&mut |used| {
            if let Use::Faq(id) = used
                && lacks(id)
            {
                let finding = Finding::new(FindingCode::UnknownBot, unknown(id));
                found.push(finding.at(format!("/boxes/{at}")).in_box(&doc.id));
            }
        });
    }
    if let Some(flags) = known.flags {
        for (place, tag) in it.doc.hashtags.iter().enumerate() {
            if !flags.iter().any(|it| **it == **tag) {
                let message =
                    format!("The workspace has no flag `{tag}` yet; publishing makes it.");
                let finding = Finding::new(FindingCode::UnknownFlag, message);
                found.push(finding.at(format!("/hashtags/{place}")));
            }
        }
    }
    it.found.extend(found);
}

/// Fields that answers name and nobody knows.
fn answers(it: &mut Validator<'_>, known: &Known<'_>) {
    let Some(faq) = &it.doc.faq else { return };
    for (place, path) in faq.paths() {
        let name = &*path.name;
        let is_own = known
            .profile_fields
            .is_some_and(|all| all.iter().any(|it| it == name));
        if built_in(name).is_none() && !IDENTITY.contains(&name) && !is_own {
            let message = format!("Nothing sets the field `{name}` before it is read.");
            let finding = Finding::new(FindingCode::UndefinedField, message);
            it.found
                .push(finding.at(format!("/entries/{place}/answer")));
        }
    }
}

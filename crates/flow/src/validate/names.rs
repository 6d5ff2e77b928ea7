//! Names that a bot uses: titles, fields, flags, goals, other boxes and bots.
use super::{
    Known, Validator,
    links::{can_keep, declared, type_name},
};
use crate::{
    FindingCode,
    boxes::{Settings, Use},
    condition::{Leaf, Operator},
    context::IDENTITY,
    document::ReadBox,
};
use smartbot_model::field::{RESTRICTED, built_in};
use std::collections::HashSet;

pub(super) fn check(it: &mut Validator<'_>, known: &Known<'_>) {
    let names = Names::new(it, known);
    let mut titles: HashSet<&str> = HashSet::new();
    for at in 0..it.doc.boxes.len() {
        let doc = &it.doc.boxes[at];
        if let Some(title) = doc.title.as_deref().filter(|it| !it.is_empty())
            && !titles.insert(title)
        {
            it.box_finding(
                FindingCode::DuplicateTitle,
                at,
                format!("Another box has the title `{title}` too."),
            );
        }
        if let Some(read) = it.read(at) {
            check_box(it, &names, at, read);
        }
    }
    if known.webhook == Some(false) {
        let pushes = |at: &usize| it.read(*at).is_some_and(|it| it.advanced.push_to_webhook);
        // Once for the bot: it is the workspace that lacks something.
        if let Some(at) = (0..it.doc.boxes.len()).find(pushes) {
            it.box_finding(
                FindingCode::NoEndpoint,
                at,
                "A box sends profile variables and flags to the webhook, but no webhook endpoint takes the event box.reached. Add one under SETTINGS → Advanced → API and Webhook.",
            );
        }
    }
    for number in 0..it.doc.links.len() {
        let doc = it.doc;
        let Some(when) = doc.links[number].when.as_deref() else {
            continue;
        };
        let mut found = vec![];
        when.leaves(&mut |leaf, _| check_leaf(&names, leaf, &mut found));
        for (code, message) in found {
            it.link_finding(code, number, "/when", message);
        }
    }
}

/// The names that are known.
struct Names<'n> {
    fields: HashSet<String>,
    flags: Option<HashSet<&'n str>>,
    goals: Option<HashSet<&'n str>>,
    bots: Option<HashSet<&'n str>>,
}

impl<'n> Names<'n> {
    fn new(it: &Validator<'_>, known: &Known<'n>) -> Self {
        let set = |names: Option<&'n [String]>| {
            names.map(|it| it.iter().map(String::as_str).collect::<HashSet<_>>())
        };
        let mut fields: HashSet<String> = it.doc.fields.iter().map(|it| it.name.clone()).collect();
        fields.extend(known.profile_fields.into_iter().flatten().cloned());
        fields.extend(IDENTITY.iter().map(|it| (*it).to_owned()));
        fields.extend(RESTRICTED.iter().map(|it| format!("API{it}")));
        for read in it.doc.boxes.iter().filter_map(|it| it.read.as_deref()) {
            read.writes(&mut |name, _| {
                if !fields.contains(name) {
                    fields.insert(name.to_owned());
                }
            });
        }
        Self {
            fields,
            flags: set(known.flags),
            goals: set(known.goals),
            bots: set(known.function_ids),
        }
    }

    fn lacks_field(&self, name: &str) -> bool {
        !self.fields.contains(name) && built_in(name).is_none()
    }

    fn lacks_flag(&self, name: &str) -> bool {
        self.flags.as_ref().is_some_and(|it| !it.contains(name))
    }
}

fn undefined(name: &str) -> (FindingCode, String) {
    let message = format!(
        "Nothing sets the field `{name}` before it is read. Declare it if the API or a call of yours does."
    );
    (FindingCode::UndefinedField, message)
}

fn unknown_flag(name: &str) -> (FindingCode, String) {
    (
        FindingCode::UnknownFlag,
        format!("The workspace has no flag `{name}` yet; publishing makes it."),
    )
}

fn check_leaf(names: &Names<'_>, leaf: &Leaf, found: &mut Vec<(FindingCode, String)>) {
    leaf.paths(&mut |path| {
        if names.lacks_field(&path.name) {
            found.push(undefined(&path.name));
        }
    });
    if matches!(leaf.op, Operator::HasFlag | Operator::LacksFlag) {
        found.extend(
            leaf.names()
                .iter()
                .filter(|it| names.lacks_flag(it))
                .map(|it| unknown_flag(it)),
        );
    }
}

fn check_box(it: &mut Validator<'_>, names: &Names<'_>, at: usize, read: &ReadBox) {
    let mut found: Vec<(FindingCode, String)> = vec![];
    let mut reads: Vec<String> = vec![];
    let mut read_field = |name: &str, found: &mut Vec<(FindingCode, String)>| {
        if names.lacks_field(name) && !reads.iter().any(|it| it == name) {
            reads.push(name.to_owned());
            found.push(undefined(name));
        }
    };
    if let Some(question) = &read.question {
        for path in question
            .text
            .paths()
            .chain(question.retry_text.iter().flat_map(|it| it.paths()))
        {
            read_field(&path.name, &mut found);
        }
    }
    read.settings.as_box().uses(&mut |used| match used {
        Use::Reads(path) => read_field(&path.name, &mut found),
        Use::Flag(flag) if names.lacks_flag(flag) => found.push(unknown_flag(flag)),
        Use::Box(id) if !it.index.contains_key(id) => {
            found.push((
                FindingCode::JumpToNowhere,
                format!("The jump leads to the box `{id}`, which is not there."),
            ));
        }
        Use::Bot(id)
            if id != it.doc.function_id
                && names.bots.as_ref().is_some_and(|it| !it.contains(id)) =>
        {
            found.push((
                FindingCode::UnknownBot,
                format!("The workspace has no bot `{id}`."),
            ));
        }
        Use::Flag(_) | Use::Box(_) | Use::Bot(_) | Use::Faq(_) | Use::Writes(..) => {}
    });
    read.writes(&mut |name, written| match (declared(it, name), written) {
        (None, _) => {
            let message = format!("The field `{name}` is not declared; it becomes a variable of the session.");
            found.push((FindingCode::UndeclaredField, message));
        }
        // A text that a template makes may well be a date or a number.
        (Some(_), None) => {}
        (Some(_), Some(smartbot_model::field::FieldType::Text)) if matches!(*read.settings, Settings::SetField(_)) => {}
        (Some(to), Some(written)) if !can_keep(to, written) => {
            let (to, written) = (type_name(to), type_name(written));
            let message = format!("The field `{name}` is of the type {to} and cannot keep a value of the type {written}.");
            found.push((FindingCode::FieldTypeMismatch, message));
        }
        _ => {}
    });
    let advanced = &read.advanced;
    let flags = advanced.assign_flags.iter().chain(&advanced.remove_flags);
    found.extend(
        flags
            .filter(|it| names.lacks_flag(it))
            .map(|it| unknown_flag(it)),
    );
    if let Some(goal) = advanced.goal.as_deref()
        && names.goals.as_ref().is_some_and(|it| !it.contains(goal))
    {
        found.push((
            FindingCode::UnknownGoal,
            format!("The workspace has no goal `{goal}` yet; publishing makes it."),
        ));
    }
    for (code, message) in found {
        it.box_finding(code, at, message);
    }
}

//! Judges a bot: everything that [`crate::parse`] cannot see in one part alone. Linear in the size of the bot.
mod cover;
mod faq;
mod graph;
mod links;
mod names;

use crate::{
    BotDocument, Finding, FindingCode,
    document::{BoxDocument, ReadBox},
};
use smartbot_model::field::{FieldType, built_in};
use std::collections::HashMap;

/// What the workspace knows; `None` means that nobody asked, and gives no warning.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The flags of the workspace.
    pub flags: Option<&'a [String]>,
    /// Its goals.
    pub goals: Option<&'a [String]>,
    /// Its profile fields beside the built-in ones.
    pub profile_fields: Option<&'a [String]>,
    /// The function ids of its bots.
    pub function_ids: Option<&'a [String]>,
    /// The function ids of those that are FAQ bots.
    pub faq_bots: Option<&'a [String]>,
    /// Whether an endpoint takes what boxes send to the webhook.
    pub webhook: Option<bool>,
}

/// All findings beyond those of [`crate::parse`], errors first. Boxes and links that could not be read
/// are passed over, so a draft gets all the advice that can be given.
pub fn validate(doc: &BotDocument, known: &Known<'_>) -> Vec<Finding> {
    let mut it = Validator::new(doc);
    faq::check(&mut it, known);
    if doc.faq.is_some() {
        return it.found;
    }
    it.start_and_ends_of_links();
    links::check(&mut it);
    cover::check(&mut it);
    names::check(&mut it, known);
    graph::check(&mut it);
    it.found.sort_by_key(|it| it.severity);
    it.found
}

/// The document with its parts looked up, and what was found so far.
struct Validator<'d> {
    doc: &'d BotDocument,
    /// Boxes by id.
    index: HashMap<&'d str, usize>,
    /// The links of every box whose other end is there, as indices in the document.
    out: Vec<Vec<usize>>,
    /// Types of the fields that the bot declares.
    declared: HashMap<&'d str, FieldType>,
    /// Types of fields: declared, built in, or as written; `None` where boxes disagree or nobody knows.
    types: HashMap<&'d str, Option<FieldType>>,
    found: Vec<Finding>,
}

impl<'d> Validator<'d> {
    fn new(doc: &'d BotDocument) -> Self {
        let index: HashMap<&str, usize> = doc
            .boxes
            .iter()
            .enumerate()
            .map(|(at, it)| (it.id.as_str(), at))
            .collect();
        let mut out = vec![vec![]; doc.boxes.len()];
        for (number, link) in doc.links.iter().enumerate() {
            if let (Some(from), true) = (
                index.get(link.from.as_str()),
                index.contains_key(link.to.as_str()),
            ) {
                out[*from].push(number);
            }
        }
        let mut types: HashMap<&str, Option<FieldType>> = HashMap::new();
        for it in &doc.fields {
            types.insert(&it.name, Some(it.r#type));
        }
        let declared: HashMap<&str, FieldType> = doc
            .fields
            .iter()
            .map(|it| (it.name.as_str(), it.r#type))
            .collect();
        for read in doc.boxes.iter().filter_map(|it| it.read.as_deref()) {
            let question = read.question.as_ref().and_then(|it| it.save_to.as_deref());
            if let Some(name) =
                question.filter(|it| !declared.contains_key(it) && built_in(it).is_none())
            {
                let mut written = None;
                read.writes(&mut |it, r#type| {
                    if it == name {
                        written = r#type;
                    }
                });
                let known = types.entry(name).or_insert(written);
                if *known != written {
                    *known = None;
                }
            }
        }
        Self {
            doc,
            index,
            out,
            declared,
            types,
            found: vec![],
        }
    }

    fn read(&self, at: usize) -> Option<&'d ReadBox> {
        self.doc.boxes[at].read.as_deref()
    }

    /// The type of a field, where it is known.
    fn type_of(&self, name: &str) -> Option<FieldType> {
        match self.types.get(name) {
            Some(it) => *it,
            None => built_in(name),
        }
    }

    fn box_finding(&mut self, code: FindingCode, at: usize, message: impl Into<String>) {
        let BoxDocument { id, .. } = &self.doc.boxes[at];
        self.found.push(
            Finding::new(code, message)
                .at(format!("/boxes/{at}"))
                .in_box(id),
        );
    }

    fn link_finding(
        &mut self,
        code: FindingCode,
        number: usize,
        below: &str,
        message: impl Into<String>,
    ) {
        let link = &self.doc.links[number];
        let finding = Finding::new(code, message)
            .at(format!("/links/{number}{below}"))
            .in_link(number);
        self.found.push(finding.in_box(&link.from));
    }

    fn start_and_ends_of_links(&mut self) {
        let start = self.doc.start.as_str();
        if start.is_empty() {
            self.found
                .push(Finding::new(FindingCode::NoStart, "The bot has no start.").at("/start"));
        } else if !self.index.contains_key(start) {
            let message = format!("The bot starts at the box `{start}`, which is not there.");
            self.found
                .push(Finding::new(FindingCode::NoStart, message).at("/start"));
        }
        for (number, link) in self.doc.links.iter().enumerate() {
            for (key, id) in [("from", &link.from), ("to", &link.to)] {
                if !id.is_empty() && !self.index.contains_key(id.as_str()) {
                    let way = if key == "from" {
                        "comes from"
                    } else {
                        "leads to"
                    };
                    let message = format!("The link {way} the box `{id}`, which is not there.");
                    self.link_finding(
                        FindingCode::LinkToNowhere,
                        number,
                        &format!("/{key}"),
                        message,
                    );
                }
            }
        }
    }
}

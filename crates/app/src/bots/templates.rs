//! Ready-made bots to start from: those of `bots/`, as they are in this program.
use crate::Result;
use serde_json::Value;
use smartbot_model::bot::{NeedKind, TemplateInfo, TemplateNeed};

/// A ready-made bot.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// Its name for programs: that of its file.
    pub id: &'static str,
    document: &'static str,
    tests: &'static str,
}

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        /// All ready-made bots. The first is the one that the others hand users over to.
        pub const TEMPLATES: &[Template] = &[$(Template {
            id: $name,
            document: include_str!(concat!("../../../../bots/", $name, ".json")),
            tests: include_str!(concat!("../../../../bots/", $name, ".test.json")),
        }),+];
    };
}

templates!(
    "contact",
    "appointment",
    "phq9",
    "faq",
    "insurance",
    "refill",
    "survey"
);

impl Template {
    /// The document.
    pub fn document(&self) -> Result<Value> {
        Ok(serde_json::from_str(self.document)?)
    }

    /// The transcripts, a JSON array.
    pub(crate) fn transcripts(&self) -> Result<String> {
        let file: Value = serde_json::from_str(self.tests)?;
        Ok(file["tests"].to_string())
    }

    /// What the gallery shows.
    pub fn info(&self) -> Result<TemplateInfo> {
        let document = self.document()?;
        let text = |key: &str| document[key].as_str().unwrap_or_default().to_owned();
        Ok(TemplateInfo {
            id: self.id.to_owned(),
            name: text("name"),
            description: text("description"),
            language: text("language"),
            boxes: document["boxes"].as_array().map_or(0, Vec::len),
            needs: needs(&document),
        })
    }
}

/// The template of this name.
pub fn find(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|it| it.id == id)
}

fn needs(document: &Value) -> Vec<TemplateNeed> {
    let mut needs = Vec::new();
    let mut add = |kind, name: &str| {
        let name = name.to_owned();
        needs.push(TemplateNeed { kind, name });
    };
    for it in document["boxes"].as_array().into_iter().flatten() {
        match (&it["type"], &it["function_id"], &it["url"]) {
            (Value::String(kind), Value::String(bot), _) if kind == "jump" || kind == "faq" => {
                add(NeedKind::Bot, bot);
            }
            (Value::String(kind), _, Value::String(url)) if kind == "external_api" => {
                add(NeedKind::ExternalApi, url);
                let headers = it["headers"].as_object().into_iter().flatten();
                for text in headers.filter_map(|(_, it)| it.as_str()) {
                    secrets(text).for_each(|it| add(NeedKind::Secret, it));
                }
            }
            _ => {}
        }
    }
    if let Some(bot) = document["catch_all"]["function_id"].as_str() {
        add(NeedKind::Bot, bot);
    }
    needs.sort_unstable();
    needs.dedup();
    needs
}

/// The names in `{{secret:name}}`.
fn secrets(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("{{secret:").skip(1);
    parts.filter_map(|it| Some(it.split_once("}}")?.0.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_ready_made_bot_is_a_template() {
        let folder = smartbot_testkit::repository().join("bots");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|it| it.unwrap().file_name().into_string().ok())
            .filter(|it| !it.ends_with(".test.json"))
            .filter_map(|it| it.strip_suffix(".json").map(str::to_owned))
            .collect();
        files.sort_unstable();
        let mut known: Vec<_> = TEMPLATES.iter().map(|it| it.id).collect();
        known.sort_unstable();
        assert_eq!(files, known);
    }

    #[test]
    fn a_template_tells_what_it_needs() {
        let info = find("appointment").unwrap().info().unwrap();
        assert_eq!((info.name.as_str(), info.boxes), ("Doctor appointment", 29));
        let names: Vec<_> = info.needs.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            ["ContactUs", "https://portal.example/api/appointments"]
        );
        assert!(find("contact").unwrap().info().unwrap().needs.is_empty());
        let bot = json!({"boxes": [
            {"type": "external_api", "url": "https://a.example/", "headers": {"x-key": "Bearer {{secret:portal}}"}},
            {"type": "jump", "box": "a"}
        ]});
        let secret = TemplateNeed {
            kind: NeedKind::Secret,
            name: "portal".into(),
        };
        assert!(needs(&bot).contains(&secret));
    }

    #[test]
    fn the_transcripts_of_every_template_are_a_list() {
        for template in TEMPLATES {
            let tests: Value = serde_json::from_str(&template.transcripts().unwrap()).unwrap();
            assert!(!tests.as_array().unwrap().is_empty(), "{}", template.id);
        }
    }
}

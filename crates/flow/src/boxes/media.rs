use super::{BoxInfo, BoxType, Check, Example, FlowBox, Group, Next, Use, reads};
use crate::{
    effect::{Media, MediaKind},
    run::Run,
    template::{Escape, Template},
    web_address,
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Shows an image, a video, a file or a link card, plays audio, and goes on at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MediaBox {
    /// What it is.
    kind: MediaKind,
    /// Where it lies: an `https` address. Fields may stand behind the host.
    #[schema(value_type = String, extensions(("x-widget" = json!("template"))))]
    url: Template,
    /// What a person who cannot see or hear it should know.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template"))))]
    alt: Option<Template>,
    /// The headline of a link card, the name of a file.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template"))))]
    headline: Option<Template>,
    /// A caption.
    #[serde(default)]
    #[schema(value_type = Option<String>, extensions(("x-widget" = json!("template")), ("x-multiline" = json!(true))))]
    text: Option<Template>,
}

impl MediaBox {
    fn texts(&self) -> impl Iterator<Item = &Template> {
        [&self.alt, &self.headline, &self.text].into_iter().flatten()
    }
}

impl BoxType for MediaBox {
    fn info() -> BoxInfo {
        BoxInfo { title: "Media", group: Group::Say, icon: "image", asks: false }
    }

    fn check(&self, check: &mut Check) {
        web_address::check(&self.url, check);
    }

    fn uses(&self, visit: &mut dyn FnMut(Use<'_>)) {
        reads(&self.url, visit);
        self.texts().for_each(|it| reads(it, visit));
    }

    fn enter(&self, run: &mut Run<'_>, here: &FlowBox) -> Next {
        let scope = run.scope();
        let text = |it: &Option<Template>| it.as_ref().map(|it| it.render(&scope, Escape::Text)).unwrap_or_default();
        let url = self.url.render(&scope, Escape::Url);
        if web_address::climbs(&url) {
            drop(scope);
            run.problem(here, "the address of the media would leave its folder, so it was not shown");
            return Next::Leave;
        }
        let media = Media { kind: self.kind, url, alt: text(&self.alt), title: text(&self.headline) };
        let caption = text(&self.text);
        drop(scope);
        run.show(here, caption, media);
        Next::Leave
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Shows the way to the clinic",
            json!({"id": "it", "type": "media", "kind": "image", "url": "https://clinic.example/maps/{site|main}.png",
                   "alt": "A map of the clinic", "text": "You find us here."}),
            json!([{"from": "it", "to": "bye"}]),
            json!([{"bot": "[image https://clinic.example/maps/main.png] You find us here."}, {"bot": "bye"}]),
        )]
    }
}

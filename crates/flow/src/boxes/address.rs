use super::{Answer, BoxInfo, BoxType, Example, Group, Heard, Said};
use crate::Context;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use smartbot_model::field::FieldType;
use utoipa::ToSchema;

/// Asks for a postal address. It is kept as JSON: `text` as it was said, and `street`, `city`, `state`, `postal_code` as far as they were recognised; a field declared as text keeps the text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddressBox {
    /// Whether an address without a postal code is no answer.
    #[serde(default)]
    require_postal_code: bool,
}

impl BoxType for AddressBox {
    fn info() -> BoxInfo {
        BoxInfo { title: "Address", group: Group::Ask, icon: "map-pin", asks: true }
    }

    fn answers(&self) -> Option<FieldType> {
        Some(FieldType::Json)
    }

    fn extract(&self, said: Said<'_>, _: &Context<'_>) -> Option<Answer> {
        let found = smartbot_nlu::address(said.text)?;
        let heard = Heard::of(&found);
        let found = found.value;
        if self.require_postal_code && found.postal_code.is_none() {
            return None;
        }
        let mut address = Map::new();
        address.insert("text".into(), found.text.into());
        let parts =
            [("street", found.street), ("city", found.city), ("state", found.state), ("postal_code", found.postal_code)];
        address.extend(parts.into_iter().filter_map(|(key, part)| part.map(|it| (key.to_owned(), Value::from(it)))));
        Some(Answer::new(Value::Object(address)).heard(Some(heard)))
    }

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "Parts of an address can be used",
            json!({"id": "it", "type": "address", "text": "Where do you live?", "require_postal_code": true, "save_to": "home"}),
            json!([{"from": "it", "to": "seen", "when": {"op": "has_valid_value"}}]),
            json!([{"bot": "Where do you live?"}, {"user": "12 Main Street, Springfield, IL 62704"}, {"bot": "You live in 62704."}]),
        )
        .beside(json!([{"id": "seen", "type": "end", "message": "You live in {home.postal_code}."}]))]
    }
}

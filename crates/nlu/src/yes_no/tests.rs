use super::*;

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

fn check(language: &str, table: &[(&str, Option<bool>)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(input, wanted)| {
            (
                input,
                wanted,
                yes_no(input, language).map(|found| found.value),
            )
        })
        .filter(|(_, wanted, found)| *wanted != found)
        .collect();
    assert!(wrong.is_empty(), "(input, wanted, found): {wrong:#?}");
}

#[test]
fn english_answers_are_understood() {
    check(
        "en",
        &[
            ("yes", YES),
            ("Yes!", YES),
            ("YES", YES),
            ("y", YES),
            ("yeah", YES),
            ("yep", YES),
            ("yup :)", YES),
            ("ok", YES),
            ("sure", YES),
            ("sure thing", YES),
            ("of course", YES),
            ("Absolutely.", YES),
            ("absolutly", YES),
            ("definetly", YES),
            ("yesss", YES),
            ("yeeees", YES),
            ("I do", YES),
            ("yes I do", YES),
            ("yes please", YES),
            ("Yes, but I have no insurance card with me", YES),
            ("um, yes", YES),
            ("well yeah I guess", YES),
            ("no problem", YES),
            ("not a problem", YES),
            ("no doubt about it", YES),
            ("why not", YES),
            ("I think so", YES),
            ("that's correct", YES),
            ("that works for me", YES),
            ("sounds good, thanks", YES),
            ("go ahead", YES),
            ("I don't mind", YES),
            ("👍", YES),
            ("👍🏽", YES),
            ("✅ ok", YES),
            ("true", YES),
            ("I would say yes", YES),
            ("no", NO),
            ("No.", NO),
            ("n", NO),
            ("nope", NO),
            ("nah", NO),
            ("nooo", NO),
            ("not really", NO),
            ("Not at all", NO),
            ("I don't think so", NO),
            ("i dont think so", NO),
            ("I don't", NO),
            ("no thanks", NO),
            ("No, thank you!", NO),
            ("no way", NO),
            ("of course not", NO),
            ("absolutely not", NO),
            ("never", NO),
            ("not yet", NO),
            ("I do not have insurance", NO),
            ("I'm not a smoker", NO),
            ("sorry, no", NO),
            ("hmm no", NO),
            ("I have no allergies", NO),
            ("false", NO),
            ("👎", NO),
            ("❌", NO),
            ("I'd rather not", NO),
            ("not that I know of", NO),
            ("No, that's correct", NO),
        ],
    );
}

#[test]
fn english_replies_that_are_neither_are_not_answers() {
    check(
        "en",
        &[
            ("", None),
            ("   ", None),
            ("maybe", None),
            ("perhaps later", None),
            ("I don't know", None),
            ("idk", None),
            ("not sure", None),
            ("I'm not sure", None),
            ("no idea", None),
            ("it depends", None),
            ("yes and no", None),
            ("yes or no?", None),
            ("yes no", None),
            ("what?", None),
            ("what do you mean?", None),
            ("Is it ok to bring my child?", None),
            ("do you take Aetna?", None),
            ("hello", None),
            ("tomorrow at 10", None),
            ("my name is Noel", None),
            ("Yesterday", None),
            ("noon", None),
            ("know", None),
            ("I have a question", None),
            ("good morning", None),
            ("42", None),
            ("purple", None),
            ("🤷", None),
        ],
    );
}

#[test]
fn spanish_answers_are_understood() {
    check(
        "es-MX",
        &[
            ("sí", YES),
            ("Si", YES),
            ("SÍ!", YES),
            ("claro", YES),
            ("claro que sí", YES),
            ("por supuesto", YES),
            ("sí, por favor", YES),
            ("creo que sí", YES),
            ("vale", YES),
            ("de acuerdo", YES),
            ("está bien", YES),
            ("así es", YES),
            ("sí, tengo seguro", YES),
            ("bueno, sí", YES),
            ("no hay problema", YES),
            ("yes", YES),
            ("👍", YES),
            ("no", NO),
            ("no, gracias", NO),
            ("claro que no", NO),
            ("creo que no", NO),
            ("para nada", NO),
            ("nunca", NO),
            ("todavía no", NO),
            ("no tengo seguro", NO),
            ("la verdad no", NO),
            ("quizás", None),
            ("tal vez", None),
            ("no sé", None),
            ("no lo sé", None),
            ("no estoy seguro", None),
            ("sí y no", None),
            ("depende", None),
            ("hola", None),
            ("¿cómo?", None),
        ],
    );
}

#[test]
fn german_answers_are_understood() {
    check(
        "de",
        &[
            ("ja", YES),
            ("Ja!", YES),
            ("jaaa", YES),
            ("jawohl", YES),
            ("klar", YES),
            ("na klar", YES),
            ("natürlich", YES),
            ("selbstverständlich", YES),
            ("ja, gerne", YES),
            ("gerne", YES),
            ("ich glaube schon", YES),
            ("kein Problem", YES),
            ("doch", YES),
            ("genau", YES),
            ("stimmt", YES),
            ("einverstanden", YES),
            ("auf jeden Fall", YES),
            ("👍", YES),
            ("nein", NO),
            ("Nein, danke", NO),
            ("nee", NO),
            ("ich glaube nicht", NO),
            ("natürlich nicht", NO),
            ("auf keinen Fall", NO),
            ("noch nicht", NO),
            ("leider nicht", NO),
            ("ich rauche nicht", NO),
            ("ich habe keine Allergien", NO),
            ("vielleicht", None),
            ("weiß nicht", None),
            ("keine Ahnung", None),
            ("ich bin mir nicht sicher", None),
            ("kommt drauf an", None),
            ("jein", None),
            ("Guten Tag", None),
        ],
    );
}

#[test]
fn portuguese_answers_are_understood() {
    check(
        "pt-BR",
        &[
            ("sim", YES),
            ("Sim!", YES),
            ("siiim", YES),
            ("claro", YES),
            ("claro que sim", YES),
            ("com certeza", YES),
            ("isso mesmo", YES),
            ("tá bom", YES),
            ("beleza", YES),
            ("acho que sim", YES),
            ("sim, por favor", YES),
            ("sem problema", YES),
            ("tenho sim", YES),
            ("quero", YES),
            ("pode sim", YES),
            ("👍", YES),
            ("não", NO),
            ("nao", NO),
            ("não, obrigado", NO),
            ("claro que não", NO),
            ("acho que não", NO),
            ("de jeito nenhum", NO),
            ("ainda não", NO),
            ("nunca", NO),
            ("não tenho convênio", NO),
            ("com certeza não", NO),
            ("talvez", None),
            ("não sei", None),
            ("depende", None),
            ("pode ser", None),
            ("não tenho certeza", None),
            ("sim ou não", None),
            ("bom dia", None),
            ("oi", None),
        ],
    );
}

#[test]
fn the_span_and_the_confidence_tell_how_it_was_read() {
    let exact = yes_no("  Yes. ", "en").unwrap();
    assert_eq!((exact.span, exact.confidence), (2..6, 1.0));
    let input = "um, yes I do have one";
    let begun = yes_no(input, "en").unwrap();
    assert_eq!((&input[begun.span], begun.confidence), ("yes I do", 0.9));
    assert!(!yes_no("I do not smoke at home", "en").unwrap().value);
}

#[test]
fn every_phrase_of_the_lexicon_is_in_normal_form_and_says_one_thing() {
    for source in [
        &lexicon::ENGLISH,
        &lexicon::SPANISH,
        &lexicon::GERMAN,
        &lexicon::PORTUGUESE,
    ] {
        let mut seen = HashMap::new();
        for (list, says) in [
            (source.yes_anywhere, Says::Yes),
            (source.yes_at_start, Says::Yes),
            (source.yes_alone, Says::Yes),
            (source.no_anywhere, Says::No),
            (source.no_at_start, Says::No),
            (source.no_alone, Says::No),
            (source.neither, Says::Neither),
        ] {
            for phrase in lexicon::phrases(list) {
                assert_eq!(crate::normalise(phrase), phrase);
                assert_eq!(
                    *seen.entry(phrase).or_insert(says),
                    says,
                    "{phrase:?} says two things"
                );
            }
        }
        assert!(seen.len() >= 60);
    }
}

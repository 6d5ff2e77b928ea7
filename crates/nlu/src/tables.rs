//! Small words that several extractors need, in the languages of the crate, in normalised form.

/// Ordinals by position, from the first to the tenth.
const ORDINALS: [&[&str]; 10] = [
    &[
        "first", "1st", "primero", "primera", "primer", "erste", "ersten", "erster", "erstes",
        "primeiro", "primeira",
    ],
    &[
        "second", "2nd", "segundo", "segunda", "zweite", "zweiten", "zweiter", "zweites",
    ],
    &[
        "third", "3rd", "tercero", "tercera", "tercer", "dritte", "dritten", "dritter", "drittes",
        "terceiro", "terceira",
    ],
    &[
        "fourth", "4th", "cuarto", "cuarta", "vierte", "vierten", "vierter", "quarto", "quarta",
    ],
    &[
        "fifth", "5th", "quinto", "quinta", "funfte", "funften", "funfter",
    ],
    &["sixth", "6th", "sexto", "sexta", "sechste", "sechsten"],
    &[
        "seventh", "7th", "septimo", "septima", "siebte", "siebten", "setimo", "setima",
    ],
    &[
        "eighth", "8th", "octavo", "octava", "achte", "achten", "oitavo", "oitava",
    ],
    &[
        "ninth", "9th", "noveno", "novena", "neunte", "neunten", "nono", "nona",
    ],
    &["tenth", "10th", "decimo", "decima", "zehnte", "zehnten"],
];

/// Cardinals from one to twelve.
const CARDINALS: [&[&str]; 12] = [
    &[
        "one", "uno", "una", "un", "eins", "ein", "eine", "einem", "einer", "um", "uma",
    ],
    &["two", "dos", "zwei", "dois", "duas"],
    &["three", "tres", "drei"],
    &["four", "cuatro", "vier", "quatro"],
    &["five", "cinco", "funf"],
    &["six", "seis", "sechs"],
    &["seven", "siete", "sieben", "sete"],
    &["eight", "ocho", "acht", "oito"],
    &["nine", "nueve", "neun", "nove"],
    &["ten", "diez", "zehn", "dez"],
    &["eleven", "once", "elf", "onze"],
    &["twelve", "doce", "zwolf", "doze"],
];

/// 0 for "first", 1 for "zweite".
pub(crate) fn ordinal(word: &str) -> Option<usize> {
    ORDINALS.iter().position(|words| words.contains(&word))
}

/// 1 for "one", 12 for "doce".
pub(crate) fn cardinal(word: &str) -> Option<usize> {
    CARDINALS
        .iter()
        .position(|words| words.contains(&word))
        .map(|at| at + 1)
}

//! Cues, titles, and the words that no name is made of, in normalised form.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::split::Word;
use crate::language::primary;

/// Words after which a name comes.
pub(super) struct Cue {
    words: &'static [&'static str],
    /// Other things come after it too ("I'm tired").
    pub(super) weak: bool,
}

impl Cue {
    /// Where the name starts, behind the last place of the cue.
    pub(super) fn find(&self, words: &[Word<'_>]) -> Option<usize> {
        let count = self.words.len();
        (0..words.len().saturating_sub(count))
            .rev()
            .find(|at| {
                self.words
                    .iter()
                    .zip(&words[*at..])
                    .all(|(cue, word)| *cue == word.normal)
            })
            .map(|at| at + count)
    }
}

const fn strong(words: &'static [&'static str]) -> Cue {
    Cue { words, weak: false }
}

const fn weak(words: &'static [&'static str]) -> Cue {
    Cue { words, weak: true }
}

/// Strong cues first, longer ones before those they hold.
static ENGLISH: &[Cue] = &[
    strong(&["my", "full", "name", "is"]),
    strong(&["my", "first", "name", "is"]),
    strong(&["my", "legal", "name", "is"]),
    strong(&["my", "names"]),
    strong(&["the", "names"]),
    strong(&["name", "is"]),
    strong(&["name", "its"]),
    strong(&["they", "call", "me"]),
    strong(&["people", "call", "me"]),
    strong(&["please", "call", "me"]),
    strong(&["can", "call", "me"]),
    strong(&["i", "am", "called"]),
    strong(&["im", "called"]),
    strong(&["i", "go", "by"]),
    weak(&["call", "me"]),
    weak(&["name"]),
    weak(&["this", "is"]),
    weak(&["i", "am"]),
    weak(&["im"]),
    weak(&["it", "is"]),
    weak(&["its"]),
];

static SPANISH: &[Cue] = &[
    strong(&["mi", "nombre", "completo", "es"]),
    strong(&["mi", "nombre", "es"]),
    strong(&["me", "llamo"]),
    strong(&["me", "dicen"]),
    weak(&["llamame"]),
    weak(&["nombre"]),
    weak(&["yo", "soy"]),
    weak(&["soy"]),
];

static GERMAN: &[Cue] = &[
    strong(&["mein", "voller", "name", "ist"]),
    strong(&["mein", "name", "ist"]),
    strong(&["mein", "name", "lautet"]),
    strong(&["ich", "heisse"]),
    strong(&["ich", "heiss"]),
    weak(&["nennen", "sie", "mich"]),
    weak(&["nenn", "mich"]),
    weak(&["hier", "ist"]),
    weak(&["hier", "spricht"]),
    weak(&["ich", "bin"]),
    weak(&["name"]),
];

static PORTUGUESE: &[Cue] = &[
    strong(&["meu", "nome", "completo", "e"]),
    strong(&["meu", "nome", "e"]),
    strong(&["o", "meu", "nome", "e"]),
    strong(&["me", "chamo"]),
    strong(&["chamo", "me"]),
    strong(&["chamo-me"]),
    weak(&["me", "chame", "de"]),
    weak(&["me", "chamar", "de"]),
    weak(&["nome"]),
    weak(&["eu", "sou", "o"]),
    weak(&["eu", "sou", "a"]),
    weak(&["eu", "sou"]),
    weak(&["sou", "o"]),
    weak(&["sou", "a"]),
    weak(&["sou"]),
];

static FRENCH: &[Cue] = &[
    strong(&["je", "mappelle"]),
    strong(&["mon", "nom", "est"]),
    weak(&["je", "suis"]),
];

static ITALIAN: &[Cue] = &[
    strong(&["mi", "chiamo"]),
    strong(&["il", "mio", "nome", "e"]),
    weak(&["sono"]),
];

/// The cues of the language and of English, in the order in which they are tried.
pub(super) fn cues(language: &str) -> Vec<&'static Cue> {
    let own = match primary(language).to_ascii_lowercase().as_str() {
        "es" => SPANISH,
        "de" => GERMAN,
        "pt" => PORTUGUESE,
        "fr" => FRENCH,
        "it" => ITALIAN,
        _ => &[],
    };
    own.iter().chain(ENGLISH).collect()
}

/// In front of a name; not part of it.
pub(super) const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mister",
    "mx",
    "dr",
    "doctor",
    "prof",
    "professor",
    "sir",
    "madam",
    "rev",
    "reverend",
    "father",
    "sister",
    "capt",
    "sgt",
    "sr",
    "sra",
    "srta",
    "senor",
    "senora",
    "senorita",
    "don",
    "dona",
    "dra",
    "herr",
    "frau",
    "fraulein",
    "hr",
    "fr",
    "senhor",
    "senhora",
    "monsieur",
    "madame",
    "mme",
    "signor",
    "signora",
];

/// Behind a name; part of it.
pub(super) const GENERATIONS: &[&str] = &["jr", "junior", "sr", "senior", "ii", "iii", "iv", "v"];

/// Behind a name; not part of it.
pub(super) const DEGREES: &[&str] = &[
    "md", "m d", "phd", "ph d", "rn", "esq", "dds", "do", "np", "mba", "cpa", "lpn", "pa",
];

/// Whole answers that are not names.
const REPLIES: &str = "no | yes | ok | okay | sure | why | what | who | how | none | nobody | no one | anonymous | skip | pass | stop | \
    help | cancel | start | back | next | menu | exit | quit | bye | goodbye | hello | hi | hey | hola | hallo | \
    oi | ola | thanks | thank you | idk | n a | na | nope | yeah | yep | test | testing | asdf | qwerty | lol | \
    haha | hmm | good morning | good afternoon | good evening | buenos dias | buenas tardes | buenas noches | \
    guten morgen | guten tag | guten abend | bom dia | boa tarde | boa noite | si | sim | ja | nein | nao | quien | \
    por que | porque | warum | wer | was | quem | gracias | danke | obrigado | obrigada | never mind | nevermind | \
    wait | unknown | null | undefined | whatever | agent | human | operator | representative | real person | \
    live agent | merci | bonjour | grazie | ciao | por favor | bitte";

/// Words that say that the text is a sentence. Ones that are also given names are left out (will, may, mark, grace).
pub(super) const NOT_NAMES: &str = "billing payment payments pharmacy results schedule reschedule symptoms medicare medicaid i me my mine we us our you your yours he him his she her hers it its they them their this that these those who \
    whom whose what which when where why how is am are was were be been being have has had having does did doing \
    done can could would should shall might must im ive id ill youre dont doesnt didnt cant wont isnt not no yes \
    yeah yep nope nah ok okay sure please thanks thank hello hi hey bye goodbye sorry and or but because if so \
    than then to of in on at by for from with without about into up down out off over under again here there now \
    just only very too also still already a an the some any all every each both few more most other another such \
    same nothing something anything everything nobody somebody anybody everyone someone anyone none know think \
    want need like tell say said ask give get got go going come coming make take see look looking find use work \
    working call calling called try trying feel feeling help talk speak understand mean name names first last full \
    secret private anonymous important good bad fine great well happy sad tired sick hurt hurting pain pregnant \
    diabetic interested ready new old years year patient doctor nurse appointment appointments insurance refill \
    prescription clinic hospital medication today tomorrow yesterday tonight monday tuesday wednesday thursday \
    friday saturday sunday morning afternoon evening night later soon back maybe perhaps really actually honestly \
    afraid worried concerned waiting asking wondering writing texting using home busy question questions answer \
    one two three four five six seven eight nine ten hundred time day week month phone email address number stop \
    start cancel skip quit wait hold never always matter care allergic confused lost stuck right wrong true false \
    ridiculous stupid business bot robot human person agent nice meet as quite pretty way rather little bit lot \
    much many available male female single married divorced spanish english que quien como cuando donde cual yo tu \
    el ella nosotros ellos mi su es soy eres son estoy esta estas tengo tiene quiero quisiera puedo necesito hola \
    gracias por favor para pero si se lo un una con sin muy bien mal cita seguro ayuda manana hoy ayer nombre \
    llamo cansado cansada enfermo enferma ich du er sie wir ihr ist sind war habe haben hat kann mochte will \
    brauche nicht kein keine und oder aber wie wer warum wann wo bitte danke hallo ja nein mein meine ein eine \
    einen mit fur auf aus termin heute morgen gestern mude krank gut schlecht heisse arzt eu voce ele nos eles meu \
    minha sou estou tenho quero preciso posso nao sim ola oi obrigado obrigada com sem mas ou onde quando quem \
    consulta ajuda hoje amanha ontem nome bem uma um os em na doente diabetico diabetica alergico alergica \
    embarazada gravida estudiante schwanger allergisch diabetiker";

/// Common words that are also names: excused in a capitalised name of two words or more.
const ALSO_NAMES: &str = "an so my you he her ill up good fine well happy new old day young long call bad sad will no na than in one to \
    su tu mi er en friday monday tuesday wednesday sunday week may home care wo look sick knight pain little much \
    back work bien seguro on ok si as gut way right english nos be com bot nurse doctor bitte morgen";

/// Greetings and fillers in front of a bare name.
const OPENERS: &str =
    "hi hello hey yes ok okay sure well um uh hola hallo ola oi si sim ja thanks oh its im";

/// The lists as sets.
pub(super) struct Sets {
    pub(super) replies: HashSet<&'static str>,
    pub(super) not_names: HashSet<&'static str>,
    pub(super) also_names: HashSet<&'static str>,
    pub(super) openers: HashSet<&'static str>,
}

pub(super) fn sets() -> &'static Sets {
    static SETS: LazyLock<Sets> = LazyLock::new(|| {
        let set = |list: &'static str| list.split_whitespace().collect::<HashSet<_>>();
        let mut not_names = set(NOT_NAMES);
        // English "will" is a name; the German verb only stands in sentences with other such words.
        not_names.remove("will");
        Sets {
            replies: replies().collect(),
            not_names,
            also_names: set(ALSO_NAMES),
            openers: set(OPENERS),
        }
    });
    &SETS
}

/// Whole answers that are not names.
pub(super) fn replies() -> impl Iterator<Item = &'static str> {
    REPLIES.split('|').map(str::trim)
}

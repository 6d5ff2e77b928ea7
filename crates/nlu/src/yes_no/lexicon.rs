//! The phrases of each language, all in normalised form (lower-case, no accents, no apostrophes), parted by bars.

/// The words of one language.
pub(super) struct Lexicon {
    pub(super) yes_anywhere: &'static str,
    pub(super) yes_at_start: &'static str,
    pub(super) yes_alone: &'static str,
    pub(super) no_anywhere: &'static str,
    pub(super) no_at_start: &'static str,
    pub(super) no_alone: &'static str,
    /// Answers that are neither; longer phrases win, so these shield the words inside them.
    pub(super) neither: &'static str,
    /// Skipped at the beginning of a sentence.
    pub(super) fillers: &'static str,
    /// A sentence without any phrase but with one of these says no.
    pub(super) negations: &'static str,
    /// May stand between two answers that contradict each other.
    pub(super) contrasts: &'static str,
}

pub(super) const EMOJI_YES: &str = "👍 | 👌 | ✅ | ✔ | ☑ | 💯 | 🆗 | 🙆";
pub(super) const EMOJI_NO: &str = "👎 | ❌ | ✖ | ✘ | ✗ | 🚫 | ⛔ | 🙅 | ❎";

pub(super) static ENGLISH: Lexicon = Lexicon {
    yes_anywhere: "yes | yeah | yep | yup | yea | yeh | yah | ya | yess | aye | affirmative | definitely | certainly | \
        absolutely | for sure | of course | no doubt | without a doubt | no problem | not a problem | \
        no worries | no objection | i agree | i accept | i consent | i confirm | i think so | \
        i believe so | i guess so | i suppose so | i would love to | id love to | i dont mind | dont mind | \
        why not | most certainly | uh huh | mm hmm | mhm | yes please | yes i do | yes i am | yes i have | \
        you bet",
    yes_at_start: "sure | sure thing | ok | okay | okey | okie | okie dokie | okey dokey | k | kk | alright | \
        all right | right | correct | exactly | indeed | true | fine | good | great | perfect | agreed | \
        accepted | accept | confirmed | confirm | i do | i am | im in | i will | i have | i did | i can | \
        i would | it is | it does | they do | we do | he does | she does | that is correct | \
        thats correct | thats right | that is right | that works | works for me | sounds good | \
        sounds great | sounds perfect | please do | go ahead | go for it | lets do it | lets go | \
        by all means | gladly | totally | probably | most likely | i have been | it has | looks good | \
        all good | very much | very much so | always | often | you can | please | with pleasure | cool | \
        si | positive | roger | naturally | obviously | some | a little | a bit | sometimes",
    yes_alone: "y | ye | 1 | i have some | do it | i want to | id like to | i would like to | id like that",
    no_anywhere: "no | nope | nah | nay | naw | noo | negative | never | not really | not at all | of course not | \
        absolutely not | definitely not | certainly not | for sure not | i dont think so | \
        i do not think so | dont think so | i think not | i guess not | i suppose not | i dont believe so | \
        i disagree | i decline | i refuse | no way | no thanks | no thank you | no thx | nothing | none | \
        neither | not yet | not now | not today | not anymore | not any more | not that i know of | \
        not that im aware of | not to my knowledge | uh uh | nuh uh | by no means | hell no | no i dont | \
        no i do not | no im not | no i am not | no i havent | no i have not | not so much | not exactly | \
        not particularly | id rather not | i would rather not | i prefer not to | id prefer not to | \
        no sir | no maam | why no | not necessarily | not this time | not interested | not applicable",
    no_at_start: "not | i dont | i do not | im not | i am not | i havent | i have not | i didnt | i did not | \
        i cant | i cannot | i can not | i wont | i will not | i wouldnt | i would not | it isnt | \
        it is not | its not | it doesnt | it does not | false | wrong | incorrect | decline | declined | \
        cancel | stop | dont | do not | nothing like that | hardly | rarely | unfortunately not | \
        sadly not | sorry no | thats wrong | that is wrong | thats not right | that is not right | \
        thats incorrect | pass | skip",
    no_alone: "n | 0 | 2 | na | n a | no no | no no no",
    neither: "maybe | perhaps | possibly | not sure | im not sure | i am not sure | im not certain | unsure | \
        i dont know | i do not know | dont know | do not know | dunno | idk | no idea | i have no idea | \
        no clue | i have no clue | i dont remember | i do not remember | dont remember | i cant remember | \
        i cant say | hard to say | it depends | depends | kind of | sort of | i dont understand | \
        i do not understand | dont understand | what do you mean | yes and no | yes or no | no and yes | \
        i dont care | dont care | not certain | never mind | nevermind | who knows | could be | might be | \
        good question | good morning | good afternoon | good evening | i have a question | right now | \
        fine print | great question | no one knows | yes no | no yes | no yes or no | hold on | \
        one moment | just a moment | wait | i am wondering | i would like to know | id like to know | \
        i have to ask | i want to know | some other time | please wait | please explain | no comment",
    fillers: "um | umm | uh | uhm | er | erm | hmm | hm | well | oh | ah | so | and | but | hi | hello | hey | \
        lol | haha | actually | honestly | sorry | ohh | ooh | oof | thanks | just | doctor | dr",
    negations: "not | dont | doesnt | didnt | isnt | arent | wasnt | havent | hasnt | hadnt | wont | wouldnt | \
        cant | cannot | couldnt | shouldnt | without | neither | aint",
    contrasts: "and | or | but | then | maybe | also",
};

pub(super) static SPANISH: Lexicon = Lexicon {
    yes_anywhere: "si | sip | sii | claro | claro que si | por supuesto | desde luego | sin duda | efectivamente | \
        como no | como que no | afirmativo | creo que si | supongo que si | me parece que si | \
        si por favor | si claro | si gracias | por que no | sin problema | no hay problema | \
        ningun problema | no tengo problema | no tengo inconveniente | acepto | confirmo | \
        estoy de acuerdo | simon",
    yes_at_start: "vale | bueno | de acuerdo | ok | okay | okey | oki | correcto | exacto | exactamente | cierto | \
        asi es | eso es | dale | listo | perfecto | esta bien | esta bueno | muy bien | bien | seguro | \
        genial | adelante | obvio | verdad | verdadero | por favor | con gusto | encantado | encantada | \
        me gustaria | lo soy | lo tengo | si tengo | tengo | quiero | puedo | siempre | a veces | un poco | \
        ya | aja | totalmente | probablemente | me parece bien",
    yes_alone: "s | y | 1",
    no_anywhere: "no | nop | nope | noo | nunca | jamas | para nada | en absoluto | claro que no | \
        por supuesto que no | desde luego que no | creo que no | no creo | no lo creo | me parece que no | \
        supongo que no | de ninguna manera | de ningun modo | ni hablar | no gracias | tampoco | negativo | \
        todavia no | aun no | ahora no | por ahora no | hoy no | no realmente | la verdad no | \
        en realidad no | ninguno | ninguna | nada | que va | prefiero no | mejor no",
    no_at_start: "falso | incorrecto | cancelar | no tengo | no quiero | no puedo | no soy | no estoy | no me gusta | \
        no es | rechazo | casi nunca",
    no_alone: "n | 0 | 2 | no no",
    neither: "quizas | quiza | tal vez | a lo mejor | no se | no lo se | no estoy seguro | no estoy segura | \
        no recuerdo | no me acuerdo | no entiendo | ni idea | no tengo idea | no tengo ni idea | depende | \
        puede ser | si y no | si o no | mas o menos | no sabria decir | ya veremos | tengo una pregunta | \
        buenos dias | buenas tardes | buenas noches | no comprendo | da igual | me da igual | no importa",
    fillers: "eh | mmm | hmm | pues | bueno | hola | ah | oh | ay | perdon | este | ehm | doctor | doctora",
    negations: "no | nunca | sin | tampoco | ningun",
    contrasts: "y | o | pero | tal | vez",
};

pub(super) static GERMAN: Lexicon = Lexicon {
    yes_anywhere: "ja | jaa | jo | jep | jup | jawohl | jawoll | klar | na klar | aber klar | naturlich | \
        selbstverstandlich | sicher | aber sicher | auf jeden fall | definitiv | gewiss | freilich | \
        unbedingt | doch | oh doch | ja bitte | ja gerne | ja klar | ich glaube schon | ich glaube ja | \
        ich denke schon | ich denke ja | glaube schon | denke schon | warum nicht | kein problem | \
        keine frage | ohne zweifel | zweifellos | ich stimme zu | einverstanden | ich bin einverstanden | \
        ich bestatige",
    yes_at_start: "gerne | gern | sehr gerne | genau | richtig | korrekt | stimmt | das stimmt | ok | okay | okey | \
        gut | alles klar | in ordnung | geht klar | passt | das passt | perfekt | super | bitte | wahr | \
        freilich | absolut | exakt | so ist es | habe ich | hab ich | bin ich | mache ich | manchmal | \
        ein bisschen | ein wenig | immer | oft | wahrscheinlich | vermutlich",
    yes_alone: "j | y | 1",
    no_anywhere: "nein | ne | nee | no | nope | noe | niemals | nie | auf keinen fall | auf gar keinen fall | \
        keinesfalls | keineswegs | naturlich nicht | sicher nicht | bestimmt nicht | definitiv nicht | \
        eher nicht | lieber nicht | gar nicht | uberhaupt nicht | nicht wirklich | noch nicht | \
        nicht mehr | jetzt nicht | heute nicht | ich glaube nicht | glaube nicht | ich denke nicht | \
        denke nicht | nicht dass ich wusste | nein danke | nein leider nicht | leider nicht | leider nein | \
        danke nein | negativ | keine | keinen | keiner | nichts",
    no_at_start: "falsch | stimmt nicht | das stimmt nicht | ich habe nicht | ich habe keine | ich habe keinen | \
        ich habe kein | ich bin nicht | ich kann nicht | ich will nicht | ich mochte nicht | nicht | \
        abbrechen | selten",
    no_alone: "n | 0 | 2 | nein nein",
    neither: "vielleicht | eventuell | moglicherweise | weiss nicht | ich weiss nicht | weiss ich nicht | \
        ich weiss es nicht | keine ahnung | ich habe keine ahnung | nicht sicher | ich bin nicht sicher | \
        ich bin mir nicht sicher | bin mir nicht sicher | kommt darauf an | kommt drauf an | je nachdem | \
        jein | ja und nein | ja oder nein | mal sehen | ich verstehe nicht | verstehe nicht | \
        ich erinnere mich nicht | egal | mir egal | ist mir egal | guten morgen | guten tag | guten abend | \
        ich habe eine frage | gute frage | kann sein",
    fillers: "ah | ahm | hm | hmm | also | na | naja | oh | ach | hallo | hi | nun | tja | und | eigentlich | \
        aber",
    negations: "nicht | kein | keine | keinen | keiner | keinem | nie | niemals | ohne",
    contrasts: "und | oder | aber",
};

pub(super) static PORTUGUESE: Lexicon = Lexicon {
    yes_anywhere: "sim | simm | claro | claro que sim | com certeza | certamente | sem duvida | com prazer | \
        acho que sim | creio que sim | penso que sim | sim por favor | sim claro | sim senhor | aceito | \
        confirmo | concordo | sem problema | sem problemas | nao tem problema | por que nao | porque nao | \
        logico | afirmativo | uhum | aham | eu aceito | eu concordo | claro que quero",
    yes_at_start: "isso | isso mesmo | exato | exatamente | correto | certo | ta certo | ta bom | ta bem | tudo bem | \
        esta bem | beleza | blz | ok | okay | okey | perfeito | otimo | bom | pois sim | pois | de acordo | \
        combinado | fechado | pode | pode sim | quero | quero sim | tenho | tenho sim | sou | sou sim | \
        gostaria | verdade | verdadeiro | por favor | vamos | sempre | as vezes | um pouco | \
        provavelmente | e sim | positivo",
    yes_alone: "s | y | 1 | si",
    no_anywhere: "nao | naoo | nunca | jamais | de jeito nenhum | de modo nenhum | de forma alguma | claro que nao | \
        com certeza nao | acho que nao | creio que nao | penso que nao | nao obrigado | nao obrigada | \
        ainda nao | agora nao | hoje nao | nem pensar | negativo | nenhum | nenhuma | nada | tambem nao | \
        na verdade nao | prefiro nao | melhor nao | nao mesmo",
    no_at_start: "nao tenho | nao quero | nao posso | nao sou | nao estou | falso | errado | incorreto | cancelar | \
        raramente | recuso",
    no_alone: "n | 0 | 2 | no | nao nao",
    neither: "talvez | nao sei | eu nao sei | sei la | nao tenho certeza | nao lembro | nao me lembro | \
        nao entendi | nao entendo | depende | pode ser | quem sabe | sim e nao | sim ou nao | \
        mais ou menos | nem ideia | nao faco ideia | tanto faz | bom dia | boa tarde | boa noite | \
        tenho uma pergunta | tenho uma duvida | vamos ver | nao compreendo",
    fillers: "ah | oh | eh | hmm | hum | bem | bom | ola | oi | entao | olha | desculpe | mas | ne",
    negations: "nao | nunca | sem | jamais | nem",
    contrasts: "e | ou | mas",
};

/// The phrases of a list.
pub(super) fn phrases(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split('|')
        .map(str::trim)
        .filter(|phrase| !phrase.is_empty())
}

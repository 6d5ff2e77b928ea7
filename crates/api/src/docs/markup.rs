//! Text into HTML: what is text is escaped, what is marked as code or emphasis in a doc comment becomes so.
use serde_json::Value;

/// Text as it may stand in an element or in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// The text of a JSON string, or nothing.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A description: `` `code` `` and `*emphasis*` are shown as such, an empty line begins a paragraph.
pub(super) fn prose(description: &str) -> String {
    let paragraphs = description.split("\n\n").filter(|it| !it.trim().is_empty());
    paragraphs
        .map(|it| format!("<p>{}</p>", line(it)))
        .collect()
}

/// The same within a line.
pub(super) fn line(description: &str) -> String {
    let mut out = String::new();
    for (number, part) in description.split('`').enumerate() {
        if number % 2 == 1 {
            out += &format!("<code>{}</code>", escape(part));
        } else {
            out += &emphasised(part);
        }
    }
    out
}

fn emphasised(part: &str) -> String {
    let pieces: Vec<&str> = part.split('*').collect();
    // A lone asterisk is one.
    if pieces.len().is_multiple_of(2) {
        return escape(part);
    }
    let mut out = String::new();
    for (number, piece) in pieces.into_iter().enumerate() {
        if number % 2 == 1 {
            out += &format!("<em>{}</em>", escape(piece));
        } else {
            out += &escape(piece);
        }
    }
    out
}

/// JSON to read.
pub(super) fn json(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    format!("<pre><code>{}</code></pre>", escape(&text))
}

/// A whole page around its content.
pub(super) fn page(title: &str, navigation: &str, content: &str) -> String {
    let title = escape(title);
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/style.css">
<script src="/docs/script.js" defer></script>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<nav aria-label="Contents">
<p class="name"><a href="/docs">SmartBot API</a></p>
{navigation}
</nav>
<main id="content">
{content}
</main>
</body>
</html>
"##
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_text_stays_text() {
        assert_eq!(
            prose("a `<b>` & *c* 2 * 3"),
            "<p>a <code>&lt;b&gt;</code> &amp; *c* 2 * 3</p>"
        );
        assert_eq!(line("*a* b"), "<em>a</em> b");
        assert_eq!(prose("a\n\nb"), "<p>a</p><p>b</p>");
        assert_eq!(escape("\"'<>&"), "&quot;&#39;&lt;&gt;&amp;");
    }
}

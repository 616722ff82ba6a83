//! Markdown as far as rules look at it: headings, the tables under them, and links.
//!
//! Knows where each stands, and what GitHub makes of a heading for links to it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

/// What a Markdown text has in it.
#[derive(Debug, Default)]
pub struct Markdown {
    /// The headings, in the order of the text.
    pub sections: Vec<Section>,
    /// Links and images, in the order of the text.
    pub links: Vec<Link>,
    /// Names that links within the text can go to.
    anchors: HashSet<String>,
}

/// A heading, and the tables up to the next one.
#[derive(Debug)]
pub struct Section {
    /// What it says; behind the headings that it is under: `Tools/get_forecast`. The title of the text is left out.
    pub path: String,
    /// How deep it is: 2 for `##`.
    pub level: usize,
    /// Where the heading is.
    pub at: Range<usize>,
    /// The tables under it.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Where it is.
    pub at: Range<usize>,
    /// Its rows, the first of which is the head.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug)]
pub struct Row {
    /// What is in its cells, without markup.
    pub cells: Vec<String>,
    /// Where it is.
    pub at: Range<usize>,
}

/// A link or an image.
#[derive(Debug)]
pub struct Link {
    /// Where it goes, as it is written.
    pub to: String,
    /// Where it is.
    pub at: Range<usize>,
}

/// Reads a text; everything is Markdown.
#[must_use]
pub fn read(text: &str) -> Markdown {
    let mut reader = Reader::default();
    for (event, at) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        reader.take(event, at);
    }
    reader.markdown
}

impl Markdown {
    /// Whether a link within the text finds something.
    #[must_use]
    pub fn has_anchor(&self, name: &str) -> bool {
        self.anchors.contains(&name.to_lowercase())
    }

    /// The section with this path.
    #[must_use]
    pub fn section(&self, path: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.path == path)
    }
}

#[derive(Default)]
struct Reader {
    markdown: Markdown,
    /// The headings that the text is under, with their levels.
    above: Vec<(usize, String)>,
    /// What stands in the heading or cell that is open.
    words: Option<String>,
    slugs: HashMap<String, usize>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, at: Range<usize>) {
        match event {
            Event::Start(Tag::Heading { .. } | Tag::TableCell) => self.words = Some(String::new()),
            Event::End(TagEnd::Heading(level)) => {
                let title = self.words.take().unwrap_or_default();
                self.heading(level, title.trim(), at);
            }
            Event::Start(Tag::Table(_)) => {
                if let Some(section) = self.markdown.sections.last_mut() {
                    section.tables.push(Table { at, rows: Vec::new() });
                }
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some(table) = self.table() {
                    table.rows.push(Row { cells: Vec::new(), at });
                }
            }
            Event::End(TagEnd::TableCell) => {
                let cell = self.words.take().unwrap_or_default();
                if let Some(row) = self.table().and_then(|table| table.rows.last_mut()) {
                    row.cells.push(cell.trim().to_owned());
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. })
                if !matches!(link_type, LinkType::Autolink | LinkType::Email) =>
            {
                self.markdown.links.push(Link { to: dest_url.into_string(), at });
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(words) = &mut self.words {
                    words.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(words) = &mut self.words {
                    words.push(' ');
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.names(&html),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel, title: &str, at: Range<usize>) {
        let level = level as usize;
        while self.above.last().is_some_and(|(above, _)| *above >= level) {
            self.above.pop();
        }
        self.above.push((level, title.to_owned()));
        let path =
            self.above.iter().filter(|(level, _)| *level > 1).map(|(_, title)| title.as_str()).collect::<Vec<_>>();
        self.markdown.sections.push(Section { path: path.join("/"), level, at, tables: Vec::new() });
        let slug = slug(title);
        let count = self.slugs.entry(slug.clone()).or_default();
        let name = if *count == 0 { slug } else { format!("{slug}-{count}") };
        *count += 1;
        self.markdown.anchors.insert(name);
    }

    fn table(&mut self) -> Option<&mut Table> {
        self.markdown.sections.last_mut()?.tables.last_mut()
    }

    /// What HTML names with `id` and `name`.
    fn names(&mut self, html: &str) {
        for key in ["id=\"", "name=\"", "id='", "name='"] {
            for (start, _) in html.match_indices(key) {
                let value = &html[start + key.len()..];
                let end = value.find(['"', '\'']).unwrap_or(0);
                self.markdown.anchors.insert(value[..end].to_lowercase());
            }
        }
    }
}

/// What GitHub makes of a heading.
fn slug(title: &str) -> String {
    let kept =
        title.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_tables_and_links_are_read() {
        let text =
            "# T\n\n## Tools\n\n| tool | `a` |\n|---|---|\n| [`x_y`](#x_y) | b \\| c |\n\n### x_y\n\n![i](i.png)\n";
        let read = read(text);
        let paths: Vec<(&str, usize)> =
            read.sections.iter().map(|section| (section.path.as_str(), section.tables.len())).collect();
        assert_eq!(paths, [("", 0), ("Tools", 1), ("Tools/x_y", 0)]);
        let rows: Vec<Vec<String>> = read.sections[1].tables[0].rows.iter().map(|row| row.cells.clone()).collect();
        assert_eq!(rows, [["tool", "a"], ["x_y", "b | c"]]);
        assert_eq!(read.links.iter().map(|link| link.to.as_str()).collect::<Vec<_>>(), ["#x_y", "i.png"]);
        assert!(read.has_anchor("x_y") && read.has_anchor("Tools") && !read.has_anchor("x-y"));
    }

    #[test]
    fn anchors_are_what_github_makes_of_headings() {
        let read = read("# What's *new*, in `v2.0`?\n\n# A\n\n# A\n\n<a name=\"Here\"></a>\n\nÉtat\n====\n");
        for anchor in ["whats-new-in-v20", "a", "a-1", "here", "état"] {
            assert!(read.has_anchor(anchor), "{anchor}");
        }
    }
}

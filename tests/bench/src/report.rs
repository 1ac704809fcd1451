//! What a scenario found, as Markdown for docs/dev/performance.md.

/// One table with a heading.
#[derive(Debug)]
pub struct Table {
    title: &'static str,
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    notes: Vec<String>,
}

impl Table {
    /// An empty one.
    pub fn new(title: &'static str, columns: &[&'static str]) -> Self {
        Self { title, columns: columns.to_vec(), rows: Vec::new(), notes: Vec::new() }
    }

    /// Adds a line; cells in the order of the columns.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.to_vec());
    }

    /// Adds a sentence below.
    pub fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Adds the sentence that compares with what we aim at.
    pub fn aim(&mut self, what: &str, met: bool, found: impl std::fmt::Display) {
        self.notes.push(format!("{} {what}: {found}", if met { "Met:" } else { "**Behind its aim:**" }));
    }

    /// Prints it.
    pub fn print(&self) {
        println!("\n### {}\n", self.title);
        println!("| {} |", self.columns.join(" | "));
        println!("|{}", "---|".repeat(self.columns.len()));
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
        for note in &self.notes {
            println!("\n{note}");
        }
    }
}

//! Parts of trees: their numbers, where they stand, how high they are.

use crate::ast::{Expr, Id, Kind as Part};

/// An expression's tree and where its parts stand.
#[derive(Clone, Debug)]
pub(crate) struct Parsed {
    pub(crate) root: Expr,
    /// By number of the part, counted in characters.
    pub(crate) positions: Vec<usize>,
}

impl Parsed {
    /// Whether it names a variable.
    pub(crate) fn names(&self, variable: &str) -> bool {
        let mut found = false;
        self.root.walk(&mut |part| found |= matches!(&part.kind, Part::Ident(name) if name == variable));
        found
    }
}

/// Whether there is the macro `cel.bind`, which only some environments have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Binds {
    #[default]
    No,
    Yes,
}

/// Numbers parts and keeps where they stand.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    pub(crate) binds: Binds,
    pub(crate) positions: Vec<usize>,
    heights: Vec<usize>,
}

impl Nodes {
    /// None yet.
    pub(crate) fn new(binds: Binds) -> Self {
        Self { binds, ..Self::default() }
    }

    pub(crate) fn id(&mut self, at: usize) -> Id {
        self.positions.push(at);
        self.heights.push(1);
        self.positions.len() - 1
    }

    /// A part at a place.
    pub(crate) fn make(&mut self, at: usize, kind: Part) -> Expr {
        let id = self.id(at);
        let height = {
            let of = |expr: &Expr| self.heights.get(expr.id).copied().unwrap_or(1);
            match &kind {
                Part::Literal(_) | Part::Ident(_) => 0,
                Part::Select { operand, .. } => of(operand),
                Part::Call { target, args, .. } => args.iter().chain(target.as_deref()).map(of).max().unwrap_or(0),
                Part::List(elements) => elements.iter().map(|element| of(&element.value)).max().unwrap_or(0),
                Part::Map(entries) => {
                    entries.iter().map(|entry| of(&entry.key).max(of(&entry.value))).max().unwrap_or(0)
                }
                Part::Struct { fields, .. } => fields.iter().map(|field| of(&field.value)).max().unwrap_or(0),
                Part::Fold(fold) => {
                    let parts = [&fold.range, &fold.init, &fold.condition, &fold.step, &fold.result];
                    parts.into_iter().map(of).max().unwrap_or(0)
                }
            }
        };
        if let Some(own) = self.heights.get_mut(id) {
            *own = height + 1;
        }
        Expr { id, kind }
    }

    /// Where a part stands.
    pub(crate) fn position(&self, id: Id) -> usize {
        self.positions.get(id).copied().unwrap_or_default()
    }

    /// A call of a function.
    pub(crate) fn call(&mut self, at: usize, function: &str, args: Vec<Expr>) -> Expr {
        self.make(at, Part::Call { target: None, function: function.to_owned(), args })
    }

    pub(crate) fn height(&self, expr: &Expr) -> usize {
        self.heights.get(expr.id).copied().unwrap_or(1)
    }
}

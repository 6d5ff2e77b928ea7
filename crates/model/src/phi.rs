//! Personal data that must not slip into a log.
use std::fmt;

/// A value that is personal: no `Display`, no `Serialize`, and a `Debug` that hides it.
///
/// The store seals what is inside and opens it; whoever shows it to somebody calls [`Phi::expose`], which is easy to find in a review.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Marks a value as personal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for one who may see it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value, to change it.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value itself.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Phi<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phi(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", Phi::new("Ana Diaz")), "Phi(hidden)");
    }
}

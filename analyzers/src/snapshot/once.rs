//! What other rooms work out from a snapshot, once each, however many ask: so the snapshot need not know them.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::OnceLock;

use elsa::sync::FrozenMap;

/// One value for each type that was asked for.
#[derive(Default)]
pub(super) struct Once {
    values: FrozenMap<TypeId, Box<dyn Any + Send + Sync>>,
}

impl Once {
    /// The value of type `T`; `work` makes it the first time.
    pub(super) fn get<T: Send + Sync + 'static>(&self, work: impl FnOnce() -> T) -> &T {
        self.cell().get_or_init(work)
    }

    /// Sets the value of type `T`, unless there is one.
    pub(super) fn set<T: Send + Sync + 'static>(&self, value: T) {
        let _ = self.cell().set(value);
    }

    fn cell<T: Send + Sync + 'static>(&self) -> &OnceLock<T> {
        let kind = TypeId::of::<T>();
        let cell = match self.values.get(&kind) {
            Some(cell) => cell,
            None => self.values.insert(kind, Box::new(OnceLock::<T>::new())),
        };
        cell.downcast_ref().expect("each cell is kept under the type of its value")
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Once").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_is_worked_out_once() {
        let once = Once::default();
        assert_eq!(once.get(|| 1_u8), &1);
        assert_eq!(once.get(|| 2_u8), &1);
        assert_eq!(once.get(|| 3_u16), &3);
    }

    #[test]
    fn what_was_set_is_not_worked_out() {
        let once = Once::default();
        once.set(1_u8);
        assert_eq!(once.get(|| 2_u8), &1);
    }

    #[test]
    fn working_one_out_may_ask_for_another() {
        let once = Once::default();
        assert_eq!(once.get(|| u16::from(*once.get(|| 1_u8)) + 1), &2);
    }
}

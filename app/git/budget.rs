//! How much a clone may take, and the meter that stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use gix::progress::{Count, Id, MessageLevel, NestedProgress, Progress, Step, StepShared, Unit};

/// How much a clone may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of the pack.
    pub bytes: u64,
    /// Bytes of what comes before it, which is kept in memory: the list of branches and tags.
    pub names: u64,
    /// From the first request to the last byte.
    pub total: Duration,
    /// Between two answers of the server.
    pub stall: Duration,
    /// Objects received.
    pub objects: u64,
    /// Bytes of the largest object, unpacked.
    pub object: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            bytes: 1024 << 20,
            names: 64 << 20,
            objects: 20_000_000,
            total: Duration::from_secs(600),
            stall: Duration::from_secs(30),
            object: 256 << 20,
        }
    }
}

/// Told how a clone goes on; called from many threads.
pub trait Watch: Send + Sync {
    /// So many bytes have been received so far.
    fn received(&self, bytes: u64);

    /// So many objects have been unpacked so far, of so many if that is known.
    fn unpacked(&self, objects: u64, of: Option<u64>);

    /// Whether to stop.
    fn interrupted(&self) -> bool;
}

/// What stops a clone, shared by the meter and the clock.
#[derive(Debug, Default)]
pub(super) struct Brake {
    /// Read by gix between two steps.
    pub(super) stop: AtomicBool,
    /// The budget of bytes is spent.
    pub(super) too_large: AtomicBool,
    /// There are more objects than allowed.
    pub(super) too_many: AtomicBool,
    /// What comes before the pack does not end.
    pub(super) too_many_names: AtomicBool,
    /// The host has said all that comes before a pack.
    pub(super) is_pack: AtomicBool,
    /// All that the host has said, as far as it was read.
    pub(super) said: AtomicU64,
    received: AtomicU64,
}

/// Counts what is received, as gix's progress tree.
pub(super) struct Meter {
    shared: Arc<Shared>,
    id: Id,
    step: StepShared,
    max: Option<Step>,
}

struct Shared {
    brake: Arc<Brake>,
    limit: u64,
    objects: u64,
    watch: Arc<dyn Watch>,
}

/// "Bundle write, read bytes": what came over the wire.
const READ_PACK: Id = *b"BWRB";
/// "Index write, index objects": each object as it comes.
const INDEX: Id = *b"IWIO";
/// "Index write, resolve objects": deltas that are unpacked.
const RESOLVE: Id = *b"IWRO";

impl Meter {
    pub(super) fn new(brake: Arc<Brake>, budget: &Budget, watch: Arc<dyn Watch>) -> Self {
        Meter {
            shared: Arc::new(Shared { brake, limit: budget.bytes, objects: budget.objects, watch }),
            id: gix::progress::UNKNOWN,
            step: Arc::new(AtomicUsize::new(0)),
            max: None,
        }
    }

    fn note(&self, added: usize) {
        if self.id == READ_PACK {
            let brake = &self.shared.brake;
            let received = brake.received.fetch_add(added as u64, Ordering::Relaxed) + added as u64;
            self.shared.watch.received(received);
            if received > self.shared.limit {
                brake.too_large.store(true, Ordering::Relaxed);
                brake.stop.store(true, Ordering::Relaxed);
            }
        } else if self.id == RESOLVE {
            let done = self.step.load(Ordering::Relaxed) as u64;
            self.shared.watch.unpacked(done, self.max.map(|max| max as u64));
        }
    }
}

impl Count for Meter {
    fn set(&self, step: Step) {
        let before = self.step.swap(step, Ordering::Relaxed);
        self.note(step.saturating_sub(before));
    }

    fn step(&self) -> Step {
        self.step.load(Ordering::Relaxed)
    }

    fn inc_by(&self, step: Step) {
        self.step.fetch_add(step, Ordering::Relaxed);
        self.note(step);
    }

    fn counter(&self) -> StepShared {
        self.step.clone()
    }
}

impl Progress for Meter {
    fn init(&mut self, max: Option<Step>, _unit: Option<Unit>) {
        self.max = max;
        // A pack begins with the number of its objects.
        let is_of_objects = self.id == INDEX || self.id == RESOLVE;
        if is_of_objects && max.is_some_and(|max| max as u64 > self.shared.objects) {
            self.shared.brake.too_many.store(true, Ordering::Relaxed);
            self.shared.brake.stop.store(true, Ordering::Relaxed);
        }
    }

    fn set_name(&mut self, _name: String) {}

    fn name(&self) -> Option<String> {
        None
    }

    fn id(&self) -> Id {
        self.id
    }

    fn message(&self, _level: MessageLevel, _message: String) {}
}

impl NestedProgress for Meter {
    type SubProgress = Meter;

    fn add_child(&mut self, name: impl Into<String>) -> Meter {
        self.add_child_with_id(name, gix::progress::UNKNOWN)
    }

    fn add_child_with_id(&mut self, _name: impl Into<String>, id: Id) -> Meter {
        if id == READ_PACK {
            self.shared.brake.is_pack.store(true, Ordering::Relaxed);
        }
        Meter { shared: self.shared.clone(), id, step: Arc::new(AtomicUsize::new(0)), max: None }
    }
}

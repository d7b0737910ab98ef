//! The walk through a forest of deltas: each worker takes a tree and goes down its paths, and gives branches away when
//! others have nothing to do.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use gix::zlib;

use super::forest::{Buffer, Forest};
use super::{Base, Visitor};
use crate::secrets::Copied;
use crate::snapshot::Watch;

/// All bases together that wait for their deltas; what would go beyond is left unread. Only a pack that was made for
/// it, or one with several of the largest objects, comes near.
const MOST_HELD: usize = 1 << 30;

/// So many whole objects a worker takes at once.
const RUN: usize = 16;

/// Buffers that a worker keeps for the next object, none of them larger than this.
const LARGEST_KEPT: usize = 8 << 20;
const MOST_KEPT: usize = 8;

/// Visits what [`Forest::prune`] left. What can't be decoded is passed over, with everything that stands on it.
pub(super) fn walk<V: Visitor>(forest: &Forest, watch: &dyn Watch, visitor: &V) {
    let roots: Vec<u32> = forest.roots().collect();
    let shared = Shared {
        forest,
        watch,
        visitor,
        roots: &roots,
        next_root: AtomicUsize::new(0),
        held: AtomicUsize::new(0),
        hungry: AtomicUsize::new(0),
        offered: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        queue: Mutex::new(Queue { branches: Vec::new(), busy: 0 }),
        fed: Condvar::new(),
    };
    rayon::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|_| Worker::new(&shared).work());
        }
    });
}

struct Shared<'walk, V: Visitor> {
    forest: &'walk Forest,
    watch: &'walk dyn Watch,
    visitor: &'walk V,
    roots: &'walk [u32],
    next_root: AtomicUsize,
    held: AtomicUsize,
    /// Workers without work, and branches that wait for them.
    hungry: AtomicUsize,
    offered: AtomicUsize,
    stopped: AtomicBool,
    queue: Mutex<Queue<V::Left>>,
    fed: Condvar,
}

/// Branches that were given away, and how many workers may still give some.
struct Queue<Left> {
    branches: Vec<Branch<Left>>,
    busy: usize,
}

/// A decoded object and those of its deltas that are still to be visited.
struct Branch<Left> {
    base: Arc<Decoded<Left>>,
    children: Range<u32>,
}

/// A decoded object, and what its visit left, if it was visited.
struct Decoded<Left> {
    bytes: Buffer,
    left: Option<Left>,
}

impl<V: Visitor> Shared<'_, V> {
    fn lock(&self) -> MutexGuard<'_, Queue<V::Left>> {
        self.queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A branch of somebody else's, or `None` when there will be none any more.
    fn beg(&self) -> Option<Branch<V::Left>> {
        let mut queue = self.lock();
        queue.busy -= 1;
        self.hungry.fetch_add(1, Ordering::Relaxed);
        let branch = loop {
            if let Some(branch) = queue.branches.pop() {
                queue.busy += 1;
                self.offered.fetch_sub(1, Ordering::Relaxed);
                break Some(branch);
            }
            if queue.busy == 0 || self.stopped.load(Ordering::Relaxed) {
                self.fed.notify_all();
                break None;
            }
            queue = self.fed.wait(queue).unwrap_or_else(std::sync::PoisonError::into_inner);
        };
        self.hungry.fetch_sub(1, Ordering::Relaxed);
        branch
    }
}

struct Worker<'walk, V: Visitor> {
    shared: &'walk Shared<'walk, V>,
    inflate: zlib::Inflate,
    delta: Buffer,
    copies: Vec<Copied>,
    spare: Vec<Buffer>,
    path: Vec<Branch<V::Left>>,
}

impl<'walk, V: Visitor> Worker<'walk, V> {
    fn new(shared: &'walk Shared<'walk, V>) -> Self {
        shared.lock().busy += 1;
        Worker {
            shared,
            inflate: zlib::Inflate::default(),
            delta: Buffer::default(),
            copies: Vec::new(),
            spare: Vec::new(),
            path: Vec::new(),
        }
    }

    fn work(mut self) {
        // Should a visit panic, nobody may wait for what this worker would have given.
        let alarm = Alarm { shared: self.shared };
        loop {
            let first = self.shared.next_root.fetch_add(RUN, Ordering::Relaxed);
            let Some(rest) = self.shared.roots.get(first..) else { break };
            for &root in &rest[..rest.len().min(RUN)] {
                self.whole(root);
                self.down();
                if self.shared.stopped.load(Ordering::Relaxed) {
                    break;
                }
            }
            if rest.is_empty() || self.shared.stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        while let Some(branch) = self.shared.beg() {
            self.path.push(branch);
            self.down();
        }
        std::mem::forget(alarm);
    }

    /// Visits an object that is no delta.
    fn whole(&mut self, object: u32) {
        let mut bytes = self.spare.pop().unwrap_or_default();
        if self.shared.forest.inflate(object, &mut self.inflate, &mut bytes).is_some() {
            self.visit(object, bytes, None);
        } else {
            self.keep(bytes);
        }
    }

    /// Visits all that stands on the path, which is empty then.
    fn down(&mut self) {
        while let Some(branch) = self.path.last_mut() {
            let child = branch.children.next().map(|at| self.shared.forest.child(at));
            // With the last of its deltas in hand a base leaves the path, so that long chains hold two objects.
            let base = if branch.children.is_empty() {
                self.path.pop().map(|branch| branch.base)
            } else {
                Some(branch.base.clone())
            };
            let (Some(child), Some(base)) = (child, base) else { continue };
            if self.shared.watch.interrupted() {
                self.shared.stopped.store(true, Ordering::Relaxed);
            }
            if self.shared.stopped.load(Ordering::Relaxed) {
                self.path.clear();
                return;
            }
            self.delta(child, &base);
            if let Some(Decoded { bytes, .. }) = Arc::into_inner(base) {
                self.shared.held.fetch_sub(held(&bytes), Ordering::Relaxed);
                self.keep(bytes);
            }
            if self.shared.hungry.load(Ordering::Relaxed) > self.shared.offered.load(Ordering::Relaxed) {
                self.share();
            }
        }
    }

    fn delta(&mut self, object: u32, base: &Decoded<V::Left>) {
        let mut delta = std::mem::take(&mut self.delta);
        let mut bytes = self.spare.pop().unwrap_or_default();
        let decoded = self
            .shared
            .forest
            .inflate(object, &mut self.inflate, &mut delta)
            .and_then(|()| bytes.apply(delta.bytes(), base.bytes.bytes(), &mut self.copies));
        self.delta = delta;
        if decoded.is_some() {
            self.visit(object, bytes, base.left.as_ref());
        } else {
            self.keep(bytes);
        }
    }

    /// Visits the object, of whose base `left` was left.
    fn visit(&mut self, object: u32, bytes: Buffer, left: Option<&V::Left>) {
        let forest = self.shared.forest;
        let base = left.map(|left| Base { left, copies: &self.copies });
        let left = forest.tag(object).and_then(|tag| self.shared.visitor.visit(tag, bytes.bytes(), base));
        let children = forest.children(object);
        let size = held(&bytes);
        if children.is_empty() || self.shared.held.load(Ordering::Relaxed) + size > MOST_HELD {
            self.keep(bytes);
        } else {
            self.shared.held.fetch_add(size, Ordering::Relaxed);
            self.path.push(Branch { base: Arc::new(Decoded { bytes, left }), children });
        }
    }

    /// Gives the half of what lies nearest to the root to whoever has nothing to do.
    fn share(&mut self) {
        let several = self.path.len() > 1;
        let Some(at) = self.path.iter().position(|branch| several || branch.children.len() > 1) else { return };
        let branch = &mut self.path[at];
        let middle = branch.children.start + branch.children.len() as u32 / 2;
        let given = Branch { base: branch.base.clone(), children: middle..branch.children.end };
        branch.children.end = middle;
        if branch.children.is_empty() {
            self.path.remove(at);
        }
        self.shared.lock().branches.push(given);
        self.shared.offered.fetch_add(1, Ordering::Relaxed);
        self.shared.fed.notify_one();
    }

    fn keep(&mut self, buffer: Buffer) {
        if buffer.capacity() <= LARGEST_KEPT && self.spare.len() < MOST_KEPT {
            self.spare.push(buffer);
        }
    }
}

/// What waiting for deltas costs: the bytes, and about as much again for what their visit left.
fn held(bytes: &Buffer) -> usize {
    2 * bytes.capacity()
}

struct Alarm<'walk, V: Visitor> {
    shared: &'walk Shared<'walk, V>,
}

impl<V: Visitor> Drop for Alarm<'_, V> {
    fn drop(&mut self) {
        let _queue = self.shared.lock();
        self.shared.stopped.store(true, Ordering::Relaxed);
        self.shared.fed.notify_all();
    }
}

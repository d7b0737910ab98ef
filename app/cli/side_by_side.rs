//! Several things at once, each answer in the place of its question.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `work` makes of each of `count` things, `at_once` of them at a time.
pub fn each<T: Send>(count: usize, at_once: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..at_once.clamp(1, count.max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let answer = work(index);
                    done.lock().expect("no answer is made while it is held").push((index, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no answer is made while it is held");
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_stands_where_its_question_did_and_no_more_run_at_once_than_may() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let answers = each(20, 3, |index| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(std::time::Duration::from_millis(if index % 2 == 0 { 4 } else { 1 }));
            running.fetch_sub(1, Ordering::SeqCst);
            index * index
        });
        assert_eq!(answers, (0..20).map(|index| index * index).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn nothing_to_do_is_done_at_once() {
        assert_eq!(each(0, 4, |index| index), Vec::<usize>::new());
    }
}

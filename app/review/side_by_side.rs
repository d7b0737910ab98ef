//! Several things at once within one job, each answer in the place of its question.

use std::future::poll_fn;
use std::task::Poll;

use tokio::sync::Semaphore;

/// What comes of all of `work`, the first ones first and no more than `at_once` at a time. One that fails stops no other.
/// All of it ends where this is dropped.
pub(super) async fn all<F: Future>(at_once: usize, work: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let permits = Semaphore::new(at_once.max(1));
    let in_turn = async |one: F| {
        let _permit = permits.acquire().await;
        one.await
    };
    let mut running: Vec<_> = work.into_iter().map(|one| Box::pin(in_turn(one))).collect();
    let mut answers: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (one, answer) in running.iter_mut().zip(&mut answers).filter(|(_, answer)| answer.is_none()) {
            if let Poll::Ready(said) = one.as_mut().poll(context) {
                *answer = Some(said);
            }
        }
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn every_answer_stands_where_its_question_did_and_no_more_run_at_once_than_may() {
        let (running, most) = (Cell::new(0), Cell::new(0));
        let work = (0..10_u64).map(|number| {
            let (running, most) = (&running, &most);
            async move {
                running.set(running.get() + 1);
                most.set(most.get().max(running.get()));
                tokio::time::sleep(Duration::from_millis(1 + number % 3)).await;
                running.set(running.get() - 1);
                if number == 4 { Err(number) } else { Ok(number) }
            }
        });
        let answers = all(3, work).await;
        assert_eq!(most.get(), 3);
        let expected = (0..10).map(|number| if number == 4 { Err(number) } else { Ok(number) });
        assert_eq!(answers, expected.collect::<Vec<_>>());
        assert_eq!(all(3, Vec::<std::future::Ready<()>>::new()).await, []);
    }
}

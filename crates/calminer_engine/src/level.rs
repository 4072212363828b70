//! Picks the widest vector instructions of the processor at run time.
//!
//! Every level gives the same bits: nothing here fuses or reorders operations, wider registers only do more lanes at once.

/// Work that is compiled once for each level. Mark `run` and all that shall profit `#[inline(always)]`: only what is
/// inlined is compiled for the level. A function that leads back to itself is never inlined.
pub(crate) trait Work {
    /// What it gives.
    type Output;

    /// Does it.
    fn run(self) -> Self::Output;
}

/// Runs work compiled for the best level that this processor has.
#[inline]
#[cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "a function compiled for AVX2 is called, after asking the processor for it"
    )
)]
pub(crate) fn at_best<W: Work>(work: W) -> W::Output {
    #[cfg(test)]
    if LOWEST.get() {
        return work.run();
    }
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, which is all that the function asks for.
        return unsafe { with_avx2(work) };
    }
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(test)]
thread_local! {
    static LOWEST: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Does something with all work of this thread at the level that every processor has.
#[cfg(test)]
pub(crate) fn at_lowest<T>(something: impl FnOnce() -> T) -> T {
    LOWEST.set(true);
    let result = something();
    LOWEST.set(false);
    result
}

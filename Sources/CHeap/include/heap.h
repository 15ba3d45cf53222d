#pragma once

/// Lets all threads share two heaps. A heap for each thread, as glibc has it, keeps five kilobytes more for every connection: what one thread
/// gives back another cannot use. Before the first thread is made; without effect where the C library is another one.
void heap_gather(void);

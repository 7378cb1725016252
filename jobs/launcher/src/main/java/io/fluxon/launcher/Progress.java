package io.fluxon.launcher;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress on stderr, so that stdout stays the result's; only where a person looks at it. */
public final class Progress {

    private Progress() {}

    /** @param count of units in all, -1 if it is not known */
    public static ProgressBar bar(String task, String unit, long count) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setUnit(" " + unit, 1)
                .setInitialMax(count)
                .setStyle(ProgressBarStyle.ASCII)
                .setConsumer(
                        System.console() == null
                                ? new DelegatingProgressBarConsumer(line -> {}, 80)
                                : new ConsoleProgressBarConsumer(System.err))
                .build();
    }
}

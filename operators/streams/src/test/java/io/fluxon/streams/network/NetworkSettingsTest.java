package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.network.NetworkSettings.EarlyExit;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NetworkSettingsTest {

    @Test
    void whatCannotBeIsRefusedInOneLine() {
        refused(() -> Window.tumbling(0), "window: length is 0 us, must be 1 to 1099511627776 us");
        refused(() -> Window.session(1L << 41), "window: gap is 2199023255552 us, must be 1 to 1099511627776 us");
        refused(() -> new Window(Kind.EPOCH, 5, 0, 0), "window: kind EPOCH has no length");
        refused(() -> new Window(Kind.TUMBLING, 5, 5, 0), "window: kind TUMBLING has no slide");
        refused(
                () -> Window.sliding(100, 101),
                "window: slide 101 us is longer than length 100 us, events between two windows would be lost");
        refused(() -> Window.sliding(6_401, 100), "window: length 6401 us is more than 64 times the slide 100 us");
        refused(
                () -> new NetworkSettings(Window.tumbling(100), 100, 0, null),
                "window: every 100 us is not shorter than length 100 us");
        refused(
                () -> new NetworkSettings(Window.epoch(), -1, 0, null),
                "window: every is -1 us, must be 0 to 1099511627776 us");
        refused(() -> new EarlyExit(Double.NaN, Then.STOP), "early-exit: margin is NaN, must be above 0");
        refused(
                () -> new NetworkSettings(Window.epoch(), 0, 0, new EarlyExit(1, Then.STOP)),
                "early-exit: needs window: every, as it looks at the estimates");
        refused(
                () -> new NetworkSettings(Window.continuous(), 10, 0, new EarlyExit(1, Then.STOP)),
                "early-exit: a continuous window has no end to be earlier than");
    }

    private static void refused(ThrowingCallable settings, String message) {
        assertThatThrownBy(settings)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void defaultsAreAnEpochOfACameraAndTheModelsOwnWindowsOfAWatch() {
        assertThat(NetworkSettings.defaults(SensorKind.CAMERA))
                .isEqualTo(new NetworkSettings(Window.epoch(), 20_000, 0, null));
        assertThat(NetworkSettings.defaults(SensorKind.WATCH))
                .isEqualTo(new NetworkSettings(Window.continuous(), 0, 0, null));
        assertThat(Window.sliding(6_400, 100).kind()).isEqualTo(Kind.SLIDING);
    }
}

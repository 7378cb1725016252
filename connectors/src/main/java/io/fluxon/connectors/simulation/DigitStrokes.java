package io.fluxon.connectors.simulation;

/**
 * The ten digits as pen strokes. A stroke is a row of control points x0, y0, x1, y1, ... through which a smooth curve
 * goes; y runs down, the digit is one unit high and centred on the origin. Corners are where one stroke ends and the
 * next begins.
 */
final class DigitStrokes {

    private static final int PIECES_PER_SPAN = 5;

    private static final double[][][] CONTROL_POINTS = {
        {{.04, -.50, -.20, -.40, -.32, -.02, -.22, .38, .00, .50, .22, .38, .32, .00, .22, -.38, .02, -.50}},
        {{-.18, -.28, -.06, -.37, .04, -.50}, {.04, -.50, .02, .00, .00, .50}},
        {
            {-.28, -.28, -.18, -.45, .06, -.50, .26, -.36, .22, -.10, .00, .18, -.30, .46},
            {-.30, .46, .00, .44, .32, .47}
        },
        {
            {-.26, -.42, .00, -.50, .23, -.38, .18, -.14, -.06, -.04},
            {-.06, -.04, .22, .08, .29, .28, .12, .47, -.12, .48, -.30, .37}
        },
        {{-.06, -.50, -.18, -.18, -.33, .13}, {-.33, .13, .00, .13, .34, .11}, {.17, -.26, .14, .10, .12, .50}},
        {
            {.28, -.48, .02, -.47, -.20, -.48},
            {-.20, -.48, -.22, -.26, -.25, -.06},
            {-.25, -.06, .04, -.15, .28, .04, .27, .30, .04, .49, -.28, .40}
        },
        {{.18, -.50, -.10, -.26, -.27, .08, -.23, .38, .00, .50, .23, .38, .25, .16, .06, .02, -.14, .09, -.26, .24}},
        {{-.30, -.44, .00, -.45, .30, -.47}, {.30, -.47, .10, -.04, -.06, .50}},
        {
            {
                .20, -.38, .00, -.50, -.21, -.38, -.17, -.16, .02, -.02, .22, .14, .24, .36, .00, .50, -.24, .36, -.21,
                .14, .00, -.02, .19, -.16, .20, -.38
            }
        },
        {
            {.23, -.30, .04, -.50, -.21, -.38, -.23, -.14, -.02, -.02, .18, -.14, .23, -.30},
            {.23, -.30, .20, .10, .08, .50}
        },
    };

    private DigitStrokes() {}

    /** A copy of the digit's control points, one row per stroke. */
    static double[][] controlPoints(int digit) {
        double[][] strokes = CONTROL_POINTS[digit].clone();
        for (int stroke = 0; stroke < strokes.length; stroke++) {
            strokes[stroke] = strokes[stroke].clone();
        }
        return strokes;
    }

    /** The Catmull-Rom curve through the control points of one stroke, as a polyline x0, y0, x1, y1, ... */
    static double[] curve(double[] controlPoints) {
        int spans = controlPoints.length / 2 - 1;
        double[] polyline = new double[2 * (spans * PIECES_PER_SPAN + 1)];
        for (int piece = 0; piece <= spans * PIECES_PER_SPAN; piece++) {
            int span = Math.min(piece / PIECES_PER_SPAN, spans - 1);
            double u = (double) piece / PIECES_PER_SPAN - span;
            for (int axis = 0; axis < 2; axis++) {
                double start = controlPoints[2 * span + axis];
                double end = controlPoints[2 * (span + 1) + axis];
                double before = controlPoints[2 * Math.max(span - 1, 0) + axis];
                double after = controlPoints[2 * Math.min(span + 2, spans) + axis];
                polyline[2 * piece + axis] = start
                        + 0.5
                                * u
                                * (end
                                        - before
                                        + u * (2 * before - 5 * start + 4 * end - after)
                                        + u * u * (3 * (start - end) + after - before));
            }
        }
        return polyline;
    }
}

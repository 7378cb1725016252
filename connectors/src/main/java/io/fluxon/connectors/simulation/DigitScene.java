package io.fluxon.connectors.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A bright digit, written by an unsteady hand, on a darker ground. Lengths are in sensor pixels; pixel (x, y) looks at
 * the point (x, y).
 *
 * <p>With d the distance to the nearest stroke, r half the stroke's width, w the width of the blur of lens and pixel
 * aperture and b the ground, the intensity is I = b + (1 - b) min(1, max(0, 1/2 + (r - d) / w)) in units of the digit's
 * own, and the log intensity L = ln(I + eps). L is laid down once on a raster of four points per pixel and interpolated
 * bilinearly from there.
 */
final class DigitScene {

    /** How far the scene can be moved in any direction. */
    static final double MAX_OFFSET = 4;

    private static final int POINTS_PER_PIXEL = 4;
    private static final double BLUR_PIXELS = 1.4;
    private static final double DARK_INTENSITY = 0.001;

    private static final double WOBBLE = 0.025;
    private static final double MIN_HEIGHT_PIXELS = 16.5;
    private static final double MAX_HEIGHT_PIXELS = 21.5;
    private static final double MAX_STRETCH = 0.15;
    private static final double MAX_ROTATION_RADIANS = 0.22;
    private static final double MAX_SHEAR = 0.25;
    private static final double MAX_SHIFT_PIXELS = 1.5;
    private static final double MIN_HALF_STROKE_PIXELS = 0.9;
    private static final double MAX_HALF_STROKE_PIXELS = 1.7;
    private static final double MIN_GROUND = 0.2;
    private static final double MAX_GROUND = 0.4;

    private final int sidePixels;
    private final int rasterSide;
    private final double[] rasterLogIntensity;

    DigitScene(int sidePixels, int digit, SplittableRandom random) {
        this.sidePixels = sidePixels;
        this.rasterSide = (int) (sidePixels + 2 * MAX_OFFSET) * POINTS_PER_PIXEL;
        double height = random.nextDouble(MIN_HEIGHT_PIXELS, MAX_HEIGHT_PIXELS);
        double width = height * (1 + random.nextDouble(-MAX_STRETCH, MAX_STRETCH));
        double shear = random.nextDouble(-MAX_SHEAR, MAX_SHEAR);
        double rotation = random.nextDouble(-MAX_ROTATION_RADIANS, MAX_ROTATION_RADIANS);
        double centreX = (sidePixels - 1) / 2.0 + random.nextDouble(-MAX_SHIFT_PIXELS, MAX_SHIFT_PIXELS);
        double centreY = (sidePixels - 1) / 2.0 + random.nextDouble(-MAX_SHIFT_PIXELS, MAX_SHIFT_PIXELS);
        double halfStroke = random.nextDouble(MIN_HALF_STROKE_PIXELS, MAX_HALF_STROKE_PIXELS);
        double ground = random.nextDouble(MIN_GROUND, MAX_GROUND);

        double cosine = StrictMath.cos(rotation);
        double sine = StrictMath.sin(rotation);
        double reach = halfStroke + BLUR_PIXELS / 2;
        double[] squaredDistances = new double[rasterSide * rasterSide];
        Arrays.fill(squaredDistances, reach * reach);
        for (double[] stroke : DigitStrokes.controlPoints(digit)) {
            for (int at = 0; at < stroke.length; at += 2) {
                double y = stroke[at + 1] + WOBBLE * Gaussian.next(random);
                double x = (stroke[at] + WOBBLE * Gaussian.next(random) - shear * y) * width;
                y *= height;
                stroke[at] = centreX + cosine * x - sine * y;
                stroke[at + 1] = centreY + sine * x + cosine * y;
            }
            double[] line = DigitStrokes.curve(stroke);
            for (int at = 0; at + 3 < line.length; at += 2) {
                lowerToSegment(squaredDistances, reach, line[at], line[at + 1], line[at + 2], line[at + 3]);
            }
        }

        this.rasterLogIntensity = squaredDistances;
        for (int at = 0; at < squaredDistances.length; at++) {
            double cover = 0.5 + (halfStroke - Math.sqrt(squaredDistances[at])) / BLUR_PIXELS;
            double intensity = ground + (1 - ground) * Math.min(1, Math.max(0, cover));
            rasterLogIntensity[at] = StrictMath.log(intensity + DARK_INTENSITY);
        }
    }

    /** Lowers the raster's squared distances to those to one more segment, within reach of it. */
    private void lowerToSegment(
            double[] squaredDistances, double reach, double fromX, double fromY, double toX, double toY) {
        double alongX = toX - fromX;
        double alongY = toY - fromY;
        double squaredLength = alongX * alongX + alongY * alongY;
        int lastRow = rasterIndex(Math.max(fromY, toY) + reach);
        int lastColumn = rasterIndex(Math.max(fromX, toX) + reach);
        for (int row = rasterIndex(Math.min(fromY, toY) - reach); row <= lastRow; row++) {
            double y = (double) row / POINTS_PER_PIXEL - MAX_OFFSET - fromY;
            for (int column = rasterIndex(Math.min(fromX, toX) - reach); column <= lastColumn; column++) {
                double x = (double) column / POINTS_PER_PIXEL - MAX_OFFSET - fromX;
                double projection = squaredLength == 0 ? 0 : (x * alongX + y * alongY) / squaredLength;
                double nearest = Math.min(1, Math.max(0, projection));
                double offX = x - nearest * alongX;
                double offY = y - nearest * alongY;
                int at = row * rasterSide + column;
                squaredDistances[at] = Math.min(squaredDistances[at], offX * offX + offY * offY);
            }
        }
    }

    private int rasterIndex(double pixels) {
        long index = Math.round((pixels + MAX_OFFSET) * POINTS_PER_PIXEL);
        return (int) Math.min(rasterSide - 1, Math.max(0, index));
    }

    /**
     * What each pixel sees, row by row, while the scene is moved.
     *
     * @param offsetX pixels to the right, strictly within {@link #MAX_OFFSET}
     * @param offsetY pixels down, strictly within {@link #MAX_OFFSET}
     */
    void logIntensity(double offsetX, double offsetY, double[] logIntensity) {
        double left = (MAX_OFFSET - offsetX) * POINTS_PER_PIXEL;
        double top = (MAX_OFFSET - offsetY) * POINTS_PER_PIXEL;
        int leftIndex = (int) left;
        int topIndex = (int) top;
        double right = left - leftIndex;
        double down = top - topIndex;
        for (int y = 0; y < sidePixels; y++) {
            int at = (topIndex + y * POINTS_PER_PIXEL) * rasterSide + leftIndex;
            for (int x = 0; x < sidePixels; x++, at += POINTS_PER_PIXEL) {
                double upper = rasterLogIntensity[at] + right * (rasterLogIntensity[at + 1] - rasterLogIntensity[at]);
                double lower = rasterLogIntensity[at + rasterSide]
                        + right * (rasterLogIntensity[at + rasterSide + 1] - rasterLogIntensity[at + rasterSide]);
                logIntensity[y * sidePixels + x] = upper + down * (lower - upper);
            }
        }
    }
}

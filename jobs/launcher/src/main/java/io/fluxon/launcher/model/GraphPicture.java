package io.fluxon.launcher.model;

import io.fluxon.launcher.Printable;
import io.fluxon.launcher.Svg;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkBendPoint;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/**
 * A graph as a picture, from the top down: a box per node with its name, type and shape, coloured by what it does; edges
 * that carry what was given in the step before are dashed. The Eclipse Layout Kernel finds the places.
 */
final class GraphPicture {

    static final int MAX_NODES = 1000;

    private static final int LONGEST_NAME = 40;
    private static final double PADDING = 14;
    private static final double LINE_HEIGHT = 16;
    private static final double MARGIN = 12;
    private static final double ARROW = 8;

    private static final Font NAME = new Font(Font.SANS_SERIF, Font.BOLD, 13);
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final FontRenderContext FONTS = new FontRenderContext(new AffineTransform(), true, true);

    private static final Color INK = new Color(0x222222);
    private static final Color EDGE = new Color(0x555555);
    private static final Color FEEDBACK = new Color(0xD55E00);

    private static final Color ENDS = new Color(0xE8E8E8);
    private static final Color LINEAR = new Color(0xDCEBF7);
    private static final Color NEURONS = new Color(0xFCE8CC);
    private static final Color OTHER = new Color(0xE3F2E6);

    private static final Set<String> LINEAR_TYPES = Set.of(
            "Flatten", "Linear", "Affine", "Scale", "Conv1d", "Conv2d", "SumPool2d", "AvgPool2d", "QuantizedConv1d");
    private static final Set<String> NEURON_TYPES =
            Set.of("Threshold", "I", "LI", "IF", "LIF", "CubaLI", "CubaLIF", "LoihiCubaLIF", "DeltaGRU");

    private final ElkNode graph = ElkGraphUtil.createGraph();
    private final Map<ModelInfo.Node, ElkNode> boxes = new LinkedHashMap<>();
    private final Map<ElkEdge, ModelInfo.Connection> edges = new LinkedHashMap<>();

    private GraphPicture(ModelInfo info) {
        graph.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID);
        graph.setProperty(LayeredOptions.DIRECTION, Direction.DOWN);
        graph.setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.ORTHOGONAL);
        graph.setProperty(LayeredOptions.SPACING_NODE_NODE, 30.0);
        graph.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 34.0);
        graph.setProperty(LayeredOptions.SPACING_EDGE_NODE, 18.0);
        Map<String, ElkNode> byName = new HashMap<>();
        for (ModelInfo.Node node : info.nodes()) {
            ElkNode box = ElkGraphUtil.createNode(graph);
            List<String> lines = lines(node);
            double width = width(NAME, lines.get(0));
            for (String line : lines) {
                width = Math.max(width, width(TEXT, line));
            }
            box.setDimensions(width + 2 * PADDING, lines.size() * LINE_HEIGHT + PADDING);
            boxes.put(node, box);
            byName.put(node.name(), box);
        }
        for (ModelInfo.Connection edge : info.edges()) {
            edges.put(ElkGraphUtil.createSimpleEdge(byName.get(edge.from()), byName.get(edge.to())), edge);
        }
        new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
    }

    static void write(ModelInfo info, Path file) throws IOException {
        GraphPicture picture = new GraphPicture(info);
        Svg.write(
                file,
                (int) Math.ceil(picture.graph.getWidth() + 2 * MARGIN),
                (int) Math.ceil(picture.graph.getHeight() + 2 * MARGIN),
                picture::paint);
    }

    private static List<String> lines(ModelInfo.Node node) {
        String name = Printable.of(node.name());
        return List.of(
                name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME - 3) + "..." : name,
                node.type(),
                node.shape() == null ? "shape unknown" : Arrays.toString(node.shape()));
    }

    private static double width(Font font, String text) {
        return font.getStringBounds(text, FONTS).getWidth();
    }

    private void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fill(new Rectangle2D.Double(0, 0, graph.getWidth() + 2 * MARGIN, graph.getHeight() + 2 * MARGIN));
        graphics.translate(MARGIN, MARGIN);
        edges.forEach((edge, connection) -> paint(graphics, edge, connection.previousStep()));
        boxes.forEach((node, box) -> paint(graphics, node, box));
    }

    private static void paint(Graphics2D graphics, ModelInfo.Node node, ElkNode box) {
        RoundRectangle2D outline =
                new RoundRectangle2D.Double(box.getX(), box.getY(), box.getWidth(), box.getHeight(), 8, 8);
        graphics.setColor(colour(node.type()));
        graphics.fill(outline);
        graphics.setColor(INK);
        graphics.setStroke(new BasicStroke(1));
        graphics.draw(outline);
        double y = box.getY() + PADDING / 2 - 4;
        Font font = NAME;
        for (String line : lines(node)) {
            y += LINE_HEIGHT;
            graphics.setFont(font);
            graphics.drawString(line, (float) (box.getX() + (box.getWidth() - width(font, line)) / 2), (float) y);
            font = TEXT;
        }
    }

    private static Color colour(String type) {
        if (type.equals("Input") || type.equals("Output")) {
            return ENDS;
        }
        if (LINEAR_TYPES.contains(type)) {
            return LINEAR;
        }
        return NEURON_TYPES.contains(type) ? NEURONS : OTHER;
    }

    private static void paint(Graphics2D graphics, ElkEdge edge, boolean previousStep) {
        graphics.setColor(previousStep ? FEEDBACK : EDGE);
        for (ElkEdgeSection section : edge.getSections()) {
            Path2D line = new Path2D.Double();
            line.moveTo(section.getStartX(), section.getStartY());
            double fromX = section.getStartX();
            double fromY = section.getStartY();
            for (ElkBendPoint bend : section.getBendPoints()) {
                line.lineTo(bend.getX(), bend.getY());
                fromX = bend.getX();
                fromY = bend.getY();
            }
            line.lineTo(section.getEndX(), section.getEndY());
            graphics.setStroke(
                    previousStep
                            ? new BasicStroke(
                                    1.6f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0)
                            : new BasicStroke(1.4f));
            graphics.draw(line);
            graphics.fill(arrowHead(fromX, fromY, section.getEndX(), section.getEndY()));
        }
    }

    /** A triangle with its tip at the end. */
    private static Path2D arrowHead(double fromX, double fromY, double tipX, double tipY) {
        double angle = Math.atan2(tipY - fromY, tipX - fromX);
        Path2D head = new Path2D.Double();
        head.moveTo(tipX, tipY);
        for (double side : new double[] {-1, 1}) {
            head.lineTo(
                    tipX - ARROW * Math.cos(angle) - side * ARROW / 2 * Math.sin(angle),
                    tipY - ARROW * Math.sin(angle) + side * ARROW / 2 * Math.cos(angle));
        }
        head.closePath();
        return head;
    }
}

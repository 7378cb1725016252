package io.fluxon.launcher;

import java.awt.Dimension;
import java.awt.Graphics2D;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGSyntax;
import org.w3c.dom.Document;

/** Pictures as SVG. The same data give the same bytes on a machine; another one may have other fonts. */
public final class Svg {

    private static final int DECIMALS = 2;

    private Svg() {}

    /** Writes what {@code painter} draws on so many pixels. */
    public static void write(Path file, int width, int height, Consumer<Graphics2D> painter) throws IOException {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(emptyDocument());
        context.setComment(null);
        context.setPrecision(DECIMALS);
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        graphics.setSVGCanvasSize(new Dimension(width, height));
        painter.accept(graphics);
        StringWriter text = new StringWriter();
        graphics.stream(text, true);
        // A viewer would fetch the document type from the network.
        Files.writeString(file, text.toString().replaceFirst("(?s)<!DOCTYPE[^>]*>\\s*", ""), StandardCharsets.UTF_8);
    }

    private static Document emptyDocument() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVGSyntax.SVG_NAMESPACE_URI, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java has no XML", e);
        }
    }
}

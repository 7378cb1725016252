package io.fluxon.launcher.cluster;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code http://HOST:PORT} of a cluster's REST interface. */
final class ClusterAddress implements ITypeConverter<URI> {

    static final String DEFAULT = "http://127.0.0.1:" + ClusterSettings.DEFAULT_REST_PORT;

    @Override
    public URI convert(String text) {
        try {
            URI address = new URI(text);
            boolean bare = address.getPath() == null
                    || address.getPath().isEmpty()
                    || address.getPath().equals("/");
            if ("http".equals(address.getScheme()) && address.getHost() != null && address.getPort() > 0 && bare) {
                return new URI("http://" + address.getHost() + ":" + address.getPort());
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw new TypeConversionException("'" + text + "' is not of the form http://HOST:PORT");
    }
}

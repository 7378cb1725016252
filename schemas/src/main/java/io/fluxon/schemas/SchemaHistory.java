package io.fluxon.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Every released version of each contract, oldest first, as resources {@code schema-history/NAME/vN.avsc}. A change of
 * a contract adds the next file; none is ever changed or removed while a topic may hold a record of it.
 */
public final class SchemaHistory {

    private SchemaHistory() {}

    /** Versions 1, 2, ... of a contract; empty if it has none. */
    public static List<Schema> versions(String contractName) {
        List<Schema> versions = new ArrayList<>();
        for (int version = 1; ; version++) {
            String resource = "schema-history/" + contractName + "/v" + version + ".avsc";
            try (InputStream in = SchemaHistory.class.getClassLoader().getResourceAsStream(resource)) {
                if (in == null) {
                    return versions;
                }
                versions.add(new Schema.Parser().parse(in));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + resource, e);
            }
        }
    }
}

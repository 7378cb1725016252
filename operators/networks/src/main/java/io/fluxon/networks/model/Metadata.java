package io.fluxon.networks.model;

import java.util.Map;

/** Values of a graph's metadata, all of them text in the file. */
final class Metadata {

    private Metadata() {}

    static String required(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new ModelException("metadata: no " + key);
        }
        return value;
    }

    static long wholeNumber(Map<String, String> metadata, String key, long least, long most) {
        String value = required(metadata, key);
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ModelException("metadata: " + key + " is " + value + ", not a whole number", e);
        }
        throw new ModelException("metadata: " + key + " is " + value + ", must be " + least + " to " + most);
    }

    static double number(Map<String, String> metadata, String key) {
        String value = required(metadata, key);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new ModelException("metadata: " + key + " is " + value + ", not a number", e);
        }
    }
}

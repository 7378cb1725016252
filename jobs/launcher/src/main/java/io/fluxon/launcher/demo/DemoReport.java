package io.fluxon.launcher.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a demo leaves to say.
 *
 * @param finished false if it was interrupted before its recordings ended
 */
record DemoReport(List<LaneReport> lanes, boolean finished) {

    void print(PrintWriter out) {
        for (LaneReport lane : lanes) {
            if (lanes.size() > 1) {
                out.println(lane.kind().lowerCaseName());
            }
            lane.lines().forEach(out::println);
            out.println();
        }
    }

    /** One line: an object by the name of its lane for each of them. */
    String toJson() {
        Map<String, Object> summaries = new LinkedHashMap<>();
        for (LaneReport lane : lanes) {
            summaries.put(lane.kind().lowerCaseName(), lane.summary());
        }
        try {
            return new ObjectMapper().writeValueAsString(summaries);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("records of numbers are always JSON", e);
        }
    }
}

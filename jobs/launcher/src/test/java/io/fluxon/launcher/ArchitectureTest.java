package io.fluxon.launcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. The launcher sees every room, so the rule stands here. */
@AnalyzeClasses(packages = "io.fluxon", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDENCIES_RUN_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.fluxon..")
            .layer("schemas")
            .definedBy("io.fluxon.schemas..")
            .layer("connectors")
            .definedBy("io.fluxon.connectors..")
            .layer("networks")
            .definedBy("io.fluxon.networks..")
            .layer("signals")
            .definedBy("io.fluxon.signals..")
            .layer("streams")
            .definedBy("io.fluxon.streams..")
            .layer("pipelines")
            .definedBy("io.fluxon.pipelines..")
            .layer("training")
            .definedBy("io.fluxon.training..")
            .layer("launcher")
            .definedBy("io.fluxon.launcher..")
            .whereLayer("schemas")
            .mayNotAccessAnyLayer()
            .whereLayer("connectors")
            .mayOnlyAccessLayers("schemas")
            .whereLayer("networks")
            .mayNotAccessAnyLayer()
            .whereLayer("signals")
            .mayNotAccessAnyLayer()
            .whereLayer("streams")
            .mayOnlyAccessLayers("schemas", "connectors", "networks", "signals")
            .whereLayer("pipelines")
            .mayOnlyAccessLayers("schemas", "connectors", "networks", "signals", "streams")
            .whereLayer("training")
            .mayOnlyAccessLayers("schemas", "connectors", "networks", "signals")
            .whereLayer("launcher")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule NETWORKS_AND_SIGNALS_ARE_PLAIN_JAVA = noClasses()
            .that()
            .resideInAnyPackage("io.fluxon.networks..", "io.fluxon.signals..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..", "org.apache.avro..");

    @ArchTest
    static final ArchRule ONLY_FILE_READERS_KNOW_HDF5 = noClasses()
            .that()
            .haveNameNotMatching("io\\.fluxon\\.networks\\.model\\.(Nir(File|Writer)|HdfGroup)(\\$.*)?")
            .and()
            .doNotHaveFullyQualifiedName("io.fluxon.connectors.detector.LegendFile")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.jhdf..");

    @ArchTest
    static final ArchRule DECODERS_KNOW_NEITHER_FLINK_NOR_KAFKA = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.fluxon.schemas..",
                    "io.fluxon.connectors.camera..",
                    "io.fluxon.connectors.detector..",
                    "io.fluxon.connectors.motion..",
                    "io.fluxon.connectors.packets..",
                    "io.fluxon.connectors.simulation..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

    /** Flink ships the functions of a job as Java objects; data and state never are. */
    @ArchTest
    static final ArchRule NOTHING_IS_SERIALISED_BY_JAVA_OR_KRYO = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("com.esotericsoftware..", "org.apache.flink.api.java.typeutils.runtime.kryo..");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("io.fluxon.(*).(*)..").should().beFreeOfCycles();
}

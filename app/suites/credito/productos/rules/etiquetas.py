"""Spanish labels of the values that terms have."""

from collections.abc import Mapping
from types import MappingProxyType

from app.suites.credito.productos.rules.condiciones import (
    BaseDias,
    ComisionModo,
    Frecuencia,
    Liquidacion,
    Metodo,
    ModoRedondeo,
    MoraTipo,
    OrdenAplicacion,
)

ETIQUETAS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "metodo": {
            Metodo.CUOTA_FIJA: "Cuota fija sobre el monto",
            Metodo.SALDOS_INSOLUTOS: "Cuota nivelada sobre saldos insolutos",
            Metodo.CAPITAL_FIJO: "Capital fijo sobre saldos insolutos",
        },
        "frecuencia": {
            Frecuencia.SEMANAL: "Semanal",
            Frecuencia.CATORCENAL: "Catorcenal",
            Frecuencia.QUINCENAL: "Quincenal",
            Frecuencia.MENSUAL: "Mensual",
            Frecuencia.DIARIO: "Diario",
        },
        "base_dias": {
            BaseDias.PERIODOS: "Periodos iguales",
            BaseDias.TREINTA_360: "30/360",
            BaseDias.REAL_360: "Días reales entre 360",
            BaseDias.REAL_365: "Días reales entre 365",
            BaseDias.REAL_REAL: "Días reales entre los del año",
        },
        "modo_redondeo": {ModoRedondeo.ARRIBA: "Hacia arriba", ModoRedondeo.CERCANO: "Al más cercano"},
        "comision_modo": {
            ComisionModo.DESCONTADA: "Descontada de la entrega",
            ComisionModo.APARTE: "Pagada aparte",
        },
        "mora_tipo": {
            MoraTipo.NINGUNA: "Ninguna",
            MoraTipo.FIJA: "Monto fijo por cuota",
            MoraTipo.PORCENTAJE: "Porcentaje de lo vencido",
            MoraTipo.DIARIA: "Tasa diaria sobre el capital vencido",
            MoraTipo.CUOTAS_EXTRA: "Cuotas extra por falta",
        },
        "orden_aplicacion": {
            OrdenAplicacion.CUOTAS_PRIMERO: "Cuotas primero",
            OrdenAplicacion.CARGOS_PRIMERO: "Cargos primero",
        },
        "liquidacion": {
            Liquidacion.SALDO_TOTAL: "Saldo total",
            Liquidacion.INTERES_DEVENGADO: "Interés devengado",
        },
    }
)
"""Labels of each list of values, by the name of its field."""
